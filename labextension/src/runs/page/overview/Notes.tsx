/**
 * What people say about a run, changed where it stands.
 */

import { useEffect, useId, useRef, useState } from 'react';
import type { JSX, KeyboardEvent } from 'react';

import { sentence } from '../../../client';
import { useTranslation } from '../../../translation';
import { Button, Chip } from '../../../ui/parts';
import type { IRunChange, IRunSnapshot } from '../../../wire';
import { oneLine, plain } from '../../card/text';
import { usePage } from '../context';

/** Show note and tags, or the form that changes them. */
export function Notes({ snapshot }: { snapshot: IRunSnapshot }): JSX.Element {
  const trans = useTranslation();
  const { page } = usePage();
  const { note, tags } = snapshot.row;
  const [isOpen, setOpen] = useState(false);
  const edit = useRef<HTMLButtonElement>(null);
  const wasOpen = useRef(false);
  useEffect(() => {
    if (wasOpen.current && !isOpen) {
      edit.current?.focus();
    }
    wasOpen.current = isOpen;
  }, [isOpen]);
  const isEmpty = note === '' && tags.length === 0;
  return (
    <section className="jm-Section">
      <h2>
        {trans.__('Note')}
        <span className="jm-end">
          {!isOpen && (
            <button ref={edit} type="button" className="jm-link" onClick={() => setOpen(true)}>
              {isEmpty ? trans.__('Add') : trans.__('Edit')}
            </button>
          )}
        </span>
      </h2>
      {isOpen ? (
        <NotesForm
          note={note}
          tags={tags}
          save={async change => {
            await page.runs.client.change(page.id, change);
            await page.run.refresh();
          }}
          onDone={() => setOpen(false)}
        />
      ) : (
        <>
          {note && <p className="jm-Notes-note">{plain(note)}</p>}
          {tags.length > 0 && (
            <p className="jm-Notes-tags">
              {tags.map(tag => (
                <Chip key={tag}>{oneLine(tag, 60)}</Chip>
              ))}
            </p>
          )}
          {isEmpty && <p className="jm-muted">{trans.__('No note, no tags')}</p>}
        </>
      )}
    </section>
  );
}

interface INotesFormProps {
  readonly note: string;
  readonly tags: readonly string[];
  readonly save: (change: IRunChange) => Promise<void>;
  readonly onDone: () => void;
}

function NotesForm({ note, tags, save, onDone }: INotesFormProps): JSX.Element {
  const trans = useTranslation();
  const id = useId();
  const [text, setText] = useState(note);
  const [words, setWords] = useState(tags.join(', '));
  const [problem, setProblem] = useState('');
  const [isBusy, setBusy] = useState(false);
  const first = useRef<HTMLTextAreaElement>(null);
  useEffect(() => {
    first.current?.focus();
  }, []);
  const submit = async (): Promise<void> => {
    setBusy(true);
    try {
      await save({ note: text.trim(), tags: tagsOf(words) });
      onDone();
    } catch (error) {
      setProblem(sentence(error));
      setBusy(false);
    }
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key === 'Escape') {
      event.stopPropagation();
      onDone();
    } else if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
      void submit();
    }
  };
  return (
    <form
      className="jm-Notes-form"
      onKeyDown={onKeyDown}
      onSubmit={event => {
        event.preventDefault();
        void submit();
      }}
    >
      <label className="jm-vh" htmlFor={`${id}-note`}>
        {trans.__('Note')}
      </label>
      <textarea
        ref={first}
        id={`${id}-note`}
        rows={3}
        placeholder={trans.__('What is worth remembering')}
        value={text}
        onChange={event => setText(event.target.value)}
      />
      <label className="jm-vh" htmlFor={`${id}-tags`}>
        {trans.__('Tags, with commas between')}
      </label>
      <div className="jm-Input">
        <input
          id={`${id}-tags`}
          placeholder={trans.__('Tags, with commas between')}
          value={words}
          onChange={event => setWords(event.target.value)}
        />
      </div>
      {problem && <p role="alert">{problem}</p>}
      <div className="jm-row">
        <Button kind="accept" type="submit" disabled={isBusy}>
          {trans.__('Save')}
        </Button>
        <Button onClick={onDone}>{trans.__('Cancel')}</Button>
      </div>
    </form>
  );
}

/** Return the tags in a text: what stands between commas, each once. */
export function tagsOf(text: string): string[] {
  return [
    ...new Set(
      text
        .split(',')
        .map(tag => tag.trim())
        .filter(Boolean)
    )
  ];
}
