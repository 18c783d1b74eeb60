/**
 * The card as an anywidget: for front ends that have widgets, but not this extension. Its kernel keeps it current.
 */

import '../style/widget.css';

import { Signal } from '@lumino/signaling';
import type { ISignal } from '@lumino/signaling';

import type { IProblem, Verb } from './host';
import type { ICardHost, ICardMemory } from './runs/card/host';
import { mountCard } from './runs/card/mount';
import { readPayload } from './runs/card/payload';
import type { IPayload } from './runs/card/payload';
import { toneOf } from './runs/words';
import { UNTRANSLATED } from './translation';
import type { IRunSnapshot } from './wire';

/** The part of a widget's model that is used. */
interface IModel {
  get(name: string): unknown;
  on(name: string, listener: (message?: unknown) => void): void;
  off(name: string, listener: (message?: unknown) => void): void;
  send(message: unknown): void;
}

/** What the kernel answers to a verb. */
interface IAnswer {
  readonly verb: Verb;
  /** Why it could not be done; empty if it was. */
  readonly problem: string;
}

/** A run as its kernel tells it. */
export class KernelHost implements ICardHost {
  constructor(
    private readonly _model: IModel,
    private readonly _memories: Map<string, ICardMemory>
  ) {
    this._payload = readPayload(this._model.get('payload'));
    this._model.on('change', this._onChange);
    this._model.on('msg:custom', this._onAnswer);
  }

  get id(): string {
    return this._payload?.id ?? '';
  }

  get snapshot(): IRunSnapshot | null {
    return this._payload?.snapshot ?? null;
  }

  get memory(): ICardMemory {
    return this._memories.get(this.id) ?? { isOpen: null, isChosen: false };
  }

  get asOf(): number {
    return this._payload?.time ?? 0;
  }

  get successor(): string {
    const successor = this._model.get('successor');
    return typeof successor === 'string' ? successor : '';
  }

  get changed(): ISignal<this, void> {
    return this._changed;
  }

  get isSeen(): boolean {
    return this._isSeen;
  }

  set isSeen(isSeen: boolean) {
    if (isSeen !== this._isSeen) {
      this._isSeen = isSeen;
      this._changed.emit();
    }
  }

  readonly problem: IProblem | null = null;
  readonly remarks: readonly string[] = [];
  readonly openMenu = null;

  dispose(): void {
    this._model.off('change', this._onChange);
    this._model.off('msg:custom', this._onAnswer);
    Signal.clearData(this);
  }

  can(verb: Verb): boolean {
    const snapshot = this.snapshot;
    // A kernel that waits for the run does not hear what is asked of it.
    if (snapshot === null || this._model.get('waiting') === true) {
      return false;
    }
    const isOver = ['succeeded', 'failed', 'stopped'].includes(toneOf(snapshot.row));
    switch (verb) {
      case 'stop':
        return !isOver && !snapshot.row.broken;
      case 'retry':
        return isOver;
      default:
        return false;
    }
  }

  async act(verb: Verb): Promise<void> {
    return new Promise((resolve, reject) => {
      this._asked.push({ verb, resolve, reject });
      this._model.send({ verb });
    });
  }

  async openSuccessor(): Promise<void> {
    return Promise.resolve();
  }

  remember(memory: ICardMemory): void {
    this._memories.set(this.id, memory);
  }

  leave(): void {
    if (document.activeElement instanceof HTMLElement) {
      document.activeElement.blur();
    }
  }

  private readonly _onChange = (): void => {
    this._payload = readPayload(this._model.get('payload')) ?? this._payload;
    this._changed.emit();
  };

  private readonly _onAnswer = (message?: unknown): void => {
    const { verb, problem } = message as IAnswer;
    const at = this._asked.findIndex(asked => asked.verb === verb);
    const [asked] = at < 0 ? [] : this._asked.splice(at, 1);
    if (problem) {
      asked?.reject(new Error(problem));
    } else {
      asked?.resolve();
    }
  };

  private readonly _changed = new Signal<this, void>(this);
  private readonly _asked: { verb: Verb; resolve: () => void; reject: (error: Error) => void }[] = [];
  private _payload: IPayload | null;
  private _isSeen = true;
}

/** Milliseconds. */
const MOMENT = 500;

/** By run: front ends draw a view anew, with a model of its own, whenever its output changes. */
const memories = new Map<string, ICardMemory>();

/** Show the card in an element of the front end; what is returned takes it away. */
function render({ model, el }: { model: IModel; el: HTMLElement }): () => void {
  const host = new KernelHost(model, memories);
  el.classList.add('jm-Root', 'jm-CardOutput');
  let timer: ReturnType<typeof setTimeout> | undefined;
  const observer = new IntersectionObserver(entries => {
    clearTimeout(timer);
    const isSeen = entries.some(entry => entry.isIntersecting);
    // A view that is drawn anew, or taken away, is not out of sight for longer than a moment.
    timer = setTimeout(() => (host.isSeen = isSeen), isSeen ? 0 : MOMENT);
  });
  observer.observe(el);
  const mounted = mountCard(el, host, UNTRANSLATED);
  return () => {
    clearTimeout(timer);
    observer.disconnect();
    mounted.dispose();
    host.dispose();
  };
}

export default { render };
