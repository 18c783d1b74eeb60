/**
 * Whether kernel and server fit: asked once for each version and home that a kernel has.
 */

import type { Client } from '../../client';
import type { IVersion } from '../../wire';

export class Fit {
  constructor(private readonly _client: Client) {}

  /** Return what the server is, and one sentence where it does not fit a kernel. */
  readonly ask = async (version: string, home: string): Promise<IVersion> => {
    const key = JSON.stringify([version, home]);
    const known = this._answers.get(key);
    if (known !== undefined) {
      return known;
    }
    const answer = this._client.version({ kernel: version, home });
    this._answers.set(key, answer);
    // A question that was not answered is asked again by the next card.
    answer.catch(() => this._answers.delete(key));
    return answer;
  };

  private readonly _answers = new Map<string, Promise<IVersion>>();
}
