/**
 * What surrounds a card: the cell below which it stands, and whether that cell waits for the run.
 */

import type { ISessionContext } from '@jupyterlab/apputils';
import { CodeCell } from '@jupyterlab/cells';
import type { IDisposable } from '@lumino/disposable';
import { Signal } from '@lumino/signaling';
import type { ISignal } from '@lumino/signaling';
import type { Widget } from '@lumino/widgets';

const PROMPT = '.jp-InputPrompt, .jp-InputPlaceholder .jp-Placeholder-prompt';
const GONE: readonly string[] = ['dead', 'terminating', 'restarting', 'autorestarting', 'starting'];
const AT_WORK: readonly string[] = ['busy', 'unknown'];

/** A cell in a notebook or console that is open. */
export class Surroundings implements IDisposable {
  constructor(
    private readonly _cell: CodeCell,
    private readonly _session: ISessionContext | null
  ) {
    this._cell.model.stateChanged.connect(this._emit, this);
    this._session?.statusChanged.connect(this._emit, this);
    this._session?.kernelChanged.connect(this._emit, this);
  }

  /** Whether the cell waits, or may, has changed. */
  get changed(): ISignal<this, void> {
    return this._changed;
  }

  /**
   * Whether the cell may still wait. A cell with a `*` does while it has a kernel, whatever that says of itself: threads
   * of a kernel tell that they are idle while its cell runs. A page that was loaded anew shows no `*` beside a cell that
   * runs, but no number either; and its kernel has no time to say how it is.
   */
  get isWaiting(): boolean {
    const kernel = this._session?.session?.kernel;
    // A kernel that cannot be heard says nothing about its cells: what was last known stays.
    const isHeard = !kernel || kernel.connectionStatus === 'connected';
    this._wasWaiting =
      isHeard || this._wasWaiting === null ? this._mayWait(kernel?.status ?? 'dead') : this._wasWaiting;
    return this._wasWaiting;
  }

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  dispose(): void {
    if (this._isDisposed) {
      return;
    }
    this._isDisposed = true;
    this._cell.model.stateChanged.disconnect(this._emit, this);
    this._session?.statusChanged.disconnect(this._emit, this);
    this._session?.kernelChanged.disconnect(this._emit, this);
    Signal.clearData(this);
  }

  /** Give the keyboard to the cell. */
  focus(): void {
    this._cell.node.focus({ preventScroll: true });
  }

  /** Let the cell go on. */
  async interrupt(): Promise<void> {
    await this._session?.session?.kernel?.interrupt();
  }

  private _mayWait(status: string): boolean {
    // There is no prompt while the cell is far out of sight.
    const prompt = this._cell.node.querySelector(PROMPT)?.textContent ?? '';
    if (prompt.includes('*')) {
      return !GONE.includes(status);
    }
    return this._cell.model.executionCount === null && AT_WORK.includes(status);
  }

  private _emit(): void {
    this._changed.emit();
  }

  private readonly _changed = new Signal<this, void>(this);
  private _wasWaiting: boolean | null = null;
  private _isDisposed = false;
}

/** Return what surrounds a widget; null if it stands in no cell, such as in a view of its own. */
export function surroundingsOf(widget: Widget): Surroundings | null {
  const around = [...ancestors(widget)];
  const cell = around.find(one => one instanceof CodeCell);
  return cell === undefined ? null : new Surroundings(cell, sessionOf(around));
}

function* ancestors(widget: Widget): Generator<Widget> {
  for (let one = widget.parent; one !== null; one = one.parent) {
    yield one;
  }
}

/** Notebooks and consoles both have a session, and nothing else in common. */
function sessionOf(around: readonly Widget[]): ISessionContext | null {
  const holder = around.find(one => 'sessionContext' in one) as
    { sessionContext?: ISessionContext } | undefined;
  return holder?.sessionContext ?? null;
}
