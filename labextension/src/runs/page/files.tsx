/**
 * The files that the cell left.
 */

import { useState } from 'react';
import type { JSX } from 'react';

import { save } from '../../charts/csv';
import { sentence } from '../../client';
import { formatCount, formatDate, formatSize } from '../../format';
import { useTranslation } from '../../translation';
import { CodeLine, IconButton } from '../../ui/parts';
import type { IFileEntry } from '../../wire';
import { expressionOf } from '../card/telling';
import { oneLine } from '../card/text';
import type { ITabProps } from './context';
import { stageOf, useAnswer } from './details';
import { Unread } from './problems';

/** The tab. */
export default function Files({ page, snapshot, isShown }: ITabProps): JSX.Element {
  const trans = useTranslation();
  const { client } = page.runs;
  const [trouble, setTrouble] = useState('');
  const [busy, setBusy] = useState('');
  const { value, problem } = useAnswer(
    signal => client.files(page.id, signal),
    page.id,
    `${stageOf(snapshot)} ${snapshot.row.progress?.done}`,
    isShown
  );
  if (value === null) {
    return <Unread problem={problem} />;
  }
  const { files, left_out: leftOut } = value;
  const me = expressionOf(snapshot);
  const download = async ({ path, size }: IFileEntry): Promise<void> => {
    setBusy(path);
    setTrouble('');
    try {
      const name = path.split('/').pop() ?? path;
      const address = size > LARGE ? addressOf(client.fileUrl(page.id, path)) : null;
      save(name, address ?? (await client.file(page.id, path)));
    } catch (error) {
      setTrouble(sentence(error));
    }
    setBusy('');
  };
  const total = files.reduce((sum, file) => sum + file.size, 0);
  return (
    <>
      <div className="jm-Bar">
        <b>{trans._n('%1 file', '%1 files', files.length, formatCount(files.length))}</b>
        {files.length > 0 && <span className="jm-muted jm-num">{formatSize(total)}</span>}
        {leftOut > 0 && (
          <span className="jm-muted">
            {trans._n(
              '%1 entry is left out: only plain files can be had.',
              '%1 entries are left out: only plain files can be had.',
              leftOut
            )}
          </span>
        )}
        <span className="jm-grow" />
        {files.length > 0 && <CodeLine code={`${me}.files`} copyLabel={trans.__('Copy the line')} />}
      </div>
      <div role="alert">{trouble && <p className="jm-Banner">{trouble}</p>}</div>
      {files.length === 0 ? (
        <div className="jm-Empty">
          <h2>{trans.__('No files')}</h2>
          <p>{trans.__('What the cell writes into out_dir stands here:')}</p>
          <CodeLine code={EXAMPLE} copyLabel={trans.__('Copy the line')} />
        </div>
      ) : (
        <div className="jm-Files">
          <table className="jm-Table jm-num">
            <caption className="jm-vh">{trans.__('Files')}</caption>
            <thead>
              <tr>
                <th scope="col">{trans.__('Name')}</th>
                <th scope="col" className="r">
                  {trans.__('Size')}
                </th>
                <th scope="col">{trans.__('Changed')}</th>
                <th scope="col">
                  <span className="jm-vh">{trans.__('Actions')}</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {files.map(file => (
                <tr key={file.path}>
                  <td className="jm-Files-path">
                    <button
                      type="button"
                      className="jm-link"
                      title={trans.__('Download %1', file.path)}
                      disabled={busy === file.path}
                      onClick={() => void download(file)}
                    >
                      <bdi>{oneLine(file.path, 200) || JSON.stringify(file.path)}</bdi>
                    </button>
                  </td>
                  <td className="r">{formatSize(file.size)}</td>
                  <td className="jm-muted">{formatDate(file.modified)}</td>
                  <td className="r">
                    <IconButton
                      icon="copy"
                      label={trans.__('Copy the path of %1 for a cell', file.path)}
                      onClick={() =>
                        void navigator.clipboard.writeText(`${me}.files[${JSON.stringify(file.path)}]`)
                      }
                    />
                    <IconButton
                      icon="download"
                      label={trans.__('Download %1', file.path)}
                      disabled={busy === file.path}
                      onClick={() => void download(file)}
                    />
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </>
  );
}

/** What is larger, in bytes, goes to the disk as it comes, not through the page's memory. */
const LARGE = 64e6;

/** Return an address that the browser may ask for by itself; null where it could not say who asks. */
function addressOf(url: string): string | null {
  const xsrf = /(?:^|; )_xsrf=([^;]+)/.exec(document.cookie)?.[1];
  return xsrf === undefined ? null : `${url}?_xsrf=${xsrf}`;
}

/** Runs as it is in a training cell. */
const EXAMPLE = 'from jupyter_mlops import out_dir; (out_dir / "report.txt").write_text("all is well")';
