/**
 * The panel as a whole: its sections, which of them are folded, how they share the height, and which one the filter
 * line is about.
 */

import type { IDisposable } from '@lumino/disposable';
import { Signal } from '@lumino/signaling';
import type { ISignal } from '@lumino/signaling';

import { SECTIONS } from './nouns';
import type { SectionName } from './nouns';
import { choiceFrom } from './query';
import type { IChoice } from './query';
import type { AnySection } from './sections';

/** The share of the height of both that the upper one of two neighbours has: at least, and at most. */
const SHARE = { least: 0.15, most: 0.85 } as const;

/** How high sections are at first, each beside the others. */
const WEIGHTS: Readonly<Record<SectionName, number>> = {
  runs: 1.6,
  sweeps: 1,
  models: 1,
  endpoints: 1
};

/** What of the panel outlives a reload. */
export interface IPanelState {
  /** Sections that somebody has folded, or unfolded. */
  readonly folded: Readonly<Partial<Record<SectionName, boolean>>>;
  /** How high sections are, each beside the others. */
  readonly weights: Readonly<Record<SectionName, number>>;
  /** Which sections had rows, so that nothing jumps until it is known whether they have. */
  readonly had: readonly SectionName[];
  readonly choices: Readonly<Record<SectionName, IChoice>>;
}

/** The state of the panel. */
export class PanelModel implements IDisposable {
  constructor(readonly sections: Readonly<Record<SectionName, AnySection>>) {
    for (const name of SECTIONS) {
      sections[name].changed.connect(this._emit, this);
    }
  }

  /** Anything is new. */
  get changed(): ISignal<this, void> {
    return this._changed;
  }

  get all(): AnySection[] {
    return SECTIONS.map(name => this.sections[name]);
  }

  /** The section that the filter line is about: the one in use, if it is open. */
  get current(): AnySection {
    const isOpen = (name: SectionName): boolean => !this.isFolded(name);
    const name = isOpen(this._current) ? this._current : (SECTIONS.find(isOpen) ?? this._current);
    return this.sections[name];
  }

  /** Return how high a section is, beside the others. */
  weight(name: SectionName): number {
    return this._weights[name];
  }

  /** Return the open section above one; null if there is none. */
  above(name: SectionName): SectionName | null {
    const before = SECTIONS.slice(0, SECTIONS.indexOf(name)).filter(each => !this.isFolded(each));
    return before[before.length - 1] ?? null;
  }

  /** Return the share that the upper one of two open neighbours has of the height of both. */
  share(upper: SectionName, lower: SectionName): number {
    const [above, below] = [this._weights[upper], this._weights[lower]];
    return above / (above + below);
  }

  /** Give the upper one of two open neighbours another share of the height of both, within limits. */
  divide(upper: SectionName, lower: SectionName, share: number): void {
    const both = this._weights[upper] + this._weights[lower];
    const above = both * Math.min(Math.max(share, SHARE.least), SHARE.most);
    this._weights = { ...this._weights, [upper]: above, [lower]: both - above };
    this._emit();
  }

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  dispose(): void {
    this._isDisposed = true;
    this.all.forEach(section => section.dispose());
    Signal.clearData(this);
  }

  /** Say whether only the head of a section is shown. All but runs unfold by themselves when there are any. */
  isFolded(name: SectionName): boolean {
    return this._folded[name] ?? (name !== 'runs' && !this._hasRows(name));
  }

  fold(name: SectionName, isFolded: boolean): void {
    this._folded = { ...this._folded, [name]: isFolded };
    this._emit();
  }

  /** A section is in use. */
  use(name: SectionName): void {
    if (this._current !== name) {
      this._current = name;
      this._emit();
    }
  }

  /** Say whether somebody sees the panel. */
  look(isSeen: boolean): void {
    this.all.forEach(section => section.look(isSeen));
  }

  /** Read again, and find out whether the server is there. */
  async refresh(): Promise<void> {
    await Promise.all(this.all.map(async section => section.refresh()));
  }

  /** Return what is worth writing down. */
  state(): IPanelState {
    const choices = SECTIONS.map(name => [name, this.sections[name].choice] as const);
    return {
      folded: this._folded,
      weights: this._weights,
      had: SECTIONS.filter(name => this._hasRows(name)),
      choices: Object.fromEntries(choices) as Record<SectionName, IChoice>
    };
  }

  /** Take what was written down, as far as it makes sense. */
  restore(value: unknown): void {
    const { folded, weights, had, choices } = (value ?? {}) as Partial<Record<keyof IPanelState, unknown>>;
    for (const name of SECTIONS) {
      const isFolded = (folded as Partial<Record<SectionName, unknown>> | undefined)?.[name];
      if (typeof isFolded === 'boolean') {
        this._folded = { ...this._folded, [name]: isFolded };
      }
      this.sections[name].choose(choiceFrom((choices as Record<string, unknown> | undefined)?.[name]));
      const weight = (weights as Partial<Record<SectionName, unknown>> | undefined)?.[name];
      if (typeof weight === 'number' && weight > 0.05 && weight < 20) {
        this._weights = { ...this._weights, [name]: weight };
      }
    }
    this._had = Array.isArray(had) ? SECTIONS.filter(name => had.includes(name)) : [];
    this._emit();
  }

  private _hasRows(name: SectionName): boolean {
    const { count } = this.sections[name];
    return count < 0 ? this._had.includes(name) : count > 0;
  }

  private _emit(): void {
    if (!this._isDisposed) {
      this._changed.emit();
    }
  }

  private readonly _changed = new Signal<this, void>(this);
  private _folded: Readonly<Partial<Record<SectionName, boolean>>> = {};
  private _current: SectionName = 'runs';
  private _weights = WEIGHTS;
  private _had: readonly SectionName[] = [];
  private _isDisposed = false;
}
