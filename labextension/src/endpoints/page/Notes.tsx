/**
 * What is worth knowing of an endpoint, and what people have written about it.
 */

import type { JSX } from 'react';

import { Sentence } from '../../runs/card/pieces';
import { said } from '../../runs/card/text';
import { useTranslation } from '../../translation';
import { Chip } from '../../ui/parts';
import type { IEndpointSnapshot } from '../../wire';

/** Show note, tags and notes; nothing where there are none. */
export function Notes({ snapshot: { row, notes } }: { snapshot: IEndpointSnapshot }): JSX.Element | null {
  const trans = useTranslation();
  if (!row.note && row.tags.length === 0 && notes.length === 0) {
    return null;
  }
  return (
    <section className="jm-Sweep-notes" aria-label={trans.__('Notes')}>
      {(row.note || row.tags.length > 0) && (
        <p>
          {row.note}{' '}
          {row.tags.map(tag => (
            <Chip key={tag}>{tag}</Chip>
          ))}
        </p>
      )}
      {notes.length > 0 && (
        <ul className="jm-muted">
          {notes.map((note, at) => (
            <li key={at}>
              <Sentence text={said(note)} longest={600} />
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
