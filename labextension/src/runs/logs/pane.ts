/**
 * All that belongs to one rank's log of one attempt while it is shown.
 */

import type { IDisposable } from '@lumino/disposable';

import type { Client } from '../../client';
import { beginOf, REST } from './chunks';
import { LogDocument } from './document';
import { CUT, Layout } from './layout';
import { LogSearch } from './search';
import type { IHit } from './search';
import { Viewport } from './viewport';

/** The line at which Python begins to say what went wrong. */
const TRACEBACK = 'Traceback (most recent call last)';

/** Bytes that one question for the whole log gives. */
const DOWNLOADED = 4 << 20;

/** Which log. */
export interface ILogName {
  readonly id: string;
  readonly rank: number;
  readonly attempt: number;
}

/** Where something is shown. */
export interface ISpotted {
  readonly chunk: number;
  readonly row: number;
}

export class LogPane implements IDisposable {
  constructor(
    private readonly _client: Client,
    readonly name: ILogName
  ) {
    const { id, rank, attempt } = name;
    this.doc = new LogDocument((offset, limit, wait, signal) =>
      _client.log(id, { rank, attempt, offset, limit, wait }, signal)
    );
    this.layout = new Layout(this.doc);
    this.viewport = new Viewport(this.doc, this.layout);
    this.search = new LogSearch((text, isCased, offset, limit, signal) =>
      _client.search(id, { rank, attempt, text, case: isCased, offset, limit }, signal)
    );
  }

  readonly doc: LogDocument;
  readonly layout: Layout;
  readonly viewport: Viewport;
  readonly search: LogSearch;

  get isDisposed(): boolean {
    return this.doc.isDisposed;
  }

  dispose(): void {
    this.search.dispose();
    this.viewport.dispose();
    this.doc.dispose();
  }

  /** Return about where in the log the first line is that is seen. */
  offset(): number {
    const { chunk, row, rest } = this.layout.placeAt(this.viewport.top);
    const share = row < 0 ? rest : row / Math.max(this.doc.rowCount(chunk) ?? 1, 1);
    return Math.floor(beginOf(chunk) + share * this.doc.bytes(chunk));
  }

  /** Return the row of a match, read if it must be. */
  async spot({ offset, line }: IHit): Promise<ISpotted> {
    if (offset - line > REST && this.doc.chunkAt(offset) !== this.doc.chunkAt(line)) {
      // A line that goes on for long is cut: the match is in what the next chunk begins with.
      const chunk = this.doc.chunkAt(offset);
      await this.doc.load(chunk);
      return { chunk, row: 0 };
    }
    const chunk = this.doc.chunkAt(line);
    const row = await this.doc.rowAt(line);
    if (offset - line > CUT) {
      this.layout.showWhole(chunk, row);
    }
    return { chunk, row };
  }

  /** Return the row of the last traceback; null if there is none. */
  async traceback(): Promise<ISpotted | null> {
    const { id, rank, attempt } = this.name;
    let offset = 0;
    let last: IHit | null = null;
    for (let isDone = false; !isDone;) {
      const found = await this._client.search(id, {
        rank,
        attempt,
        text: TRACEBACK,
        case: true,
        offset,
        limit: 1000
      });
      last = found.matches[found.matches.length - 1] ?? last;
      offset = found.end;
      isDone = found.done;
    }
    return last === null ? null : this.spot(last);
  }

  /** Fetch all of the log as it was printed. */
  async download(onProgress: (share: number) => void): Promise<Blob> {
    const { id, rank, attempt } = this.name;
    const pieces: Blob[] = [];
    for (let offset = 0; ;) {
      const part = await this._client.log(id, { rank, attempt, offset, limit: DOWNLOADED });
      // Browsers put blobs aside, so that the page need not hold the log.
      pieces.push(new Blob([part.text]));
      if (part.end >= part.size || part.end <= offset) {
        return new Blob(pieces, { type: 'text/plain' });
      }
      offset = part.end;
      onProgress(offset / part.size);
    }
  }
}
