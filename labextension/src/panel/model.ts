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

/** The share of the height that the upper one of two open sections has: at first, at least, and at most. */
const SHARE = { usual: 0.62, least: 0.15, most: 0.85 } as const;

/** What of the panel outlives a reload. */
export interface IPanelState {
  /** Sections that somebody has folded, or unfolded. */
  readonly folded: Readonly<Partial<Record<SectionName, boolean>>>;
  readonly share: number;
  /** Whether there were sweeps, so that nothing jumps until it is known whether there are. */
  readonly hadSweeps: boolean;
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

  /** The share of the height that the upper one of two open sections has. */
  get share(): number {
    return this._share;
  }

  /** Give the upper one of two open sections another share, within limits. */
  divide(share: number): void {
    this._share = Math.min(Math.max(share, SHARE.least), SHARE.most);
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

  /** Say whether only the head of a section is shown. Sweeps unfold by themselves when there are any. */
  isFolded(name: SectionName): boolean {
    return this._folded[name] ?? (name === 'sweeps' && !this._hasSweeps());
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
    const { runs, sweeps } = this.sections;
    return {
      folded: this._folded,
      share: this._share,
      hadSweeps: this._hasSweeps(),
      choices: { runs: runs.choice, sweeps: sweeps.choice }
    };
  }

  /** Take what was written down, as far as it makes sense. */
  restore(value: unknown): void {
    const { folded, share, hadSweeps, choices } = (value ?? {}) as Partial<
      Record<keyof IPanelState, unknown>
    >;
    for (const name of SECTIONS) {
      const isFolded = (folded as Partial<Record<SectionName, unknown>> | undefined)?.[name];
      if (typeof isFolded === 'boolean') {
        this._folded = { ...this._folded, [name]: isFolded };
      }
      this.sections[name].choose(choiceFrom((choices as Record<string, unknown> | undefined)?.[name]));
    }
    this._hadSweeps = hadSweeps === true;
    this.divide(typeof share === 'number' && Number.isFinite(share) ? share : this._share);
  }

  private _hasSweeps(): boolean {
    const { count } = this.sections.sweeps;
    return count < 0 ? this._hadSweeps : count > 0;
  }

  private _emit(): void {
    if (!this._isDisposed) {
      this._changed.emit();
    }
  }

  private readonly _changed = new Signal<this, void>(this);
  private _folded: Readonly<Partial<Record<SectionName, boolean>>> = {};
  private _current: SectionName = 'runs';
  private _share: number = SHARE.usual;
  private _hadSweeps = false;
  private _isDisposed = false;
}
