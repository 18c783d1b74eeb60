/**
 * What part of a log can be seen, and how it moves.
 *
 * Browsers do not make elements as high as a long log is. What scrolls is then lower than the log: a drag of the scroll
 * bar moves in proportion, everything else by pixels.
 */

import type { IDisposable } from '@lumino/disposable';
import { Signal } from '@lumino/signaling';
import type { ISignal } from '@lumino/signaling';

import type { LogDocument } from './document';
import type { IPlace, Layout } from './layout';
import { LINE } from './layout';

/** Pixels that every browser makes an element high. */
export const HIGHEST = 8_000_000;

/** Pixels below the last line. */
const FOOT = 6;

/** How near to the end counts as at the end. */
const NEAR = 3;

/** Milliseconds after the last scrolling in which the scroll bar finds its place. */
const SETTLE = 150;

/** The element that scrolls, and the one that makes it high. */
export interface IScrolled {
  readonly element: HTMLElement;
  readonly spacer: HTMLElement;
}

export class Viewport implements IDisposable {
  constructor(
    readonly doc: LogDocument,
    readonly layout: Layout
  ) {
    this.doc.changed.connect(this._onDocument, this);
  }

  /** It has moved, or what it shows is new. */
  get changed(): ISignal<this, void> {
    return this._changed;
  }

  /** Pixels of the log above. */
  get top(): number {
    return this._top;
  }

  /** Pixels that are seen. */
  get height(): number {
    return this._height;
  }

  /** Where in the element pixel 0 of the log would be. */
  get shift(): number {
    return (this._scrolled?.element.scrollTop ?? 0) - this._top;
  }

  /** Whether it stays at the end. */
  get isFollowing(): boolean {
    return this._isFollowing;
  }

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  dispose(): void {
    this._isDisposed = true;
    window.clearTimeout(this._timer);
    this.doc.changed.disconnect(this._onDocument, this);
    Signal.clearData(this);
  }

  /** Show the log in an element, until what is returned is called. */
  attach(scrolled: IScrolled): () => void {
    this._scrolled = scrolled;
    const { element } = scrolled;
    const onScroll = (): void => this._onScroll();
    const onWheel = (event: WheelEvent): void => this._onWheel(event);
    element.addEventListener('scroll', onScroll, { passive: true });
    element.addEventListener('wheel', onWheel, { passive: false });
    const observer = new ResizeObserver(() => this.resize());
    observer.observe(element);
    this.resize();
    return () => {
      observer.disconnect();
      element.removeEventListener('scroll', onScroll);
      element.removeEventListener('wheel', onWheel);
      this._scrolled = null;
    };
  }

  /** Look at the element's size again. */
  resize(): void {
    this._height = this._scrolled?.element.clientHeight ?? 0;
    this.update();
  }

  /** Stay at the same place while heights change. */
  update(): void {
    this._moveTo(this._isFollowing ? this._last : this.layout.topOf(this._anchor), false);
  }

  /** Move by pixels. */
  scrollBy(pixels: number): void {
    this._isFollowing = pixels > 0 && this._top + pixels >= this._last - NEAR;
    this._moveTo(this._top + pixels);
  }

  home(): void {
    this._isFollowing = false;
    this._moveTo(0);
  }

  /** Go to the end, and stay there. */
  follow(): void {
    this._isFollowing = true;
    this._moveTo(this._last);
  }

  /** Let the end go by. */
  stay(): void {
    if (this._isFollowing) {
      this._isFollowing = false;
      this._tell();
    }
  }

  /** Show a row at about a third of the height, if it cannot be seen where it is. */
  reveal(chunk: number, row: number): void {
    const placed = this.layout.placed(chunk, row);
    if (placed === null) {
      return;
    }
    const isSeen = placed.top >= this._top + LINE && placed.top + LINE <= this._top + this._height - LINE;
    this._isFollowing = false;
    this._moveTo(isSeen ? this._top : placed.top - Math.round(this._height / 3));
  }

  private get _last(): number {
    return Math.max(this.layout.height + FOOT - this._height, 0);
  }

  private get _spacer(): number {
    return Math.min(this.layout.height + FOOT, HIGHEST);
  }

  private get _isScaled(): boolean {
    return this.layout.height + FOOT > HIGHEST;
  }

  private _onDocument(): void {
    this.layout.refresh();
    this.update();
  }

  private _moveTo(top: number, isMeant = true): void {
    this._top = Math.min(Math.max(top, 0), this._last);
    if (isMeant || this._isFollowing) {
      this._anchor = this.layout.placeAt(this._top);
    }
    this._place();
    this._tell();
  }

  /** Let the scroll bar stand where the log is. */
  private _place(): void {
    if (this._scrolled === null) {
      return;
    }
    const { element, spacer } = this._scrolled;
    const height = `${Math.max(this._spacer, this._height)}px`;
    if (spacer.style.height !== height) {
      spacer.style.height = height;
    }
    const wanted = this._isScaled ? (this._top / this._last) * (HIGHEST - this._height) : this._top;
    if (Math.abs(element.scrollTop - wanted) > 0.5) {
      element.scrollTop = wanted;
    }
    this._scrollTop = element.scrollTop;
  }

  private _onScroll(): void {
    if (this._scrolled === null) {
      return;
    }
    const now = this._scrolled.element.scrollTop;
    const moved = now - this._scrollTop;
    if (Math.abs(moved) < 0.5) {
      return;
    }
    this._scrollTop = now;
    this._top = Math.min(Math.max(this._topFor(now, moved), 0), this._last);
    this._anchor = this.layout.placeAt(this._top);
    this._isFollowing = moved > 0 && this._top >= this._last - NEAR;
    this._tell();
  }

  private _topFor(scrollTop: number, moved: number): number {
    if (!this._isScaled) {
      return scrollTop;
    }
    if (Math.abs(moved) > 2 * this._height) {
      return (scrollTop / (HIGHEST - this._height)) * this._last;
    }
    window.clearTimeout(this._timer);
    this._timer = window.setTimeout(() => {
      this._place();
      this._tell();
    }, SETTLE);
    return this._top + moved;
  }

  private _onWheel(event: WheelEvent): void {
    if (event.ctrlKey || event.deltaY === 0 || event.shiftKey) {
      return;
    }
    if (event.deltaY < 0) {
      // The first pixels of a smooth movement are too few to tell it from the end.
      this.stay();
    }
    if (this._isScaled) {
      event.preventDefault();
      this.scrollBy(event.deltaY * ([1, LINE, this._height][event.deltaMode] ?? 1));
    }
  }

  private _tell(): void {
    this.doc.isFollowed = this._isFollowing;
    this._changed.emit();
  }

  private readonly _changed = new Signal<this, void>(this);
  private _scrolled: IScrolled | null = null;
  private _anchor: IPlace = { chunk: 0, row: 0, rest: 0 };
  private _isFollowing = true;
  private _top = 0;
  private _height = 0;
  private _scrollTop = 0;
  private _timer = 0;
  private _isDisposed = false;
}
