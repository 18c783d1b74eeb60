/**
 * What a version is made of, byte for byte.
 */

import { useState } from 'react';
import type { JSX } from 'react';

import { sentence } from '../../client';
import { CommandIDs } from '../../commands';
import { formatSize } from '../../format';
import { Icon } from '../../icons';
import { Sentence } from '../../runs/card/pieces';
import { oneLine } from '../../runs/card/text';
import { useTranslation } from '../../translation';
import type { IVerified } from '../../wire';
import type { IShownVersion } from '../tokens';
import { useCommand, usePage } from './context';
import { useMost } from './More';

/** So many files are shown at first. */
const MOST = 6;

/** Show the files with their checksums, and what holds them against those. */
export function Files({ version }: { version: IShownVersion }): JSX.Element {
  const trans = useTranslation();
  const execute = useCommand();
  const [shown, more] = useMost(version.files, MOST);
  return (
    <section className="jm-Section">
      <h3 className="jm-h2">
        {trans.__('Files')}
        <span className="jm-end">
          <Verify version={version} />
          <button type="button" className="jm-link" onClick={() => execute(CommandIDs.exportModel)}>
            {trans.__('Export…')}
          </button>
        </span>
      </h3>
      <div className="jm-Model-scroll jm-mod-wide" role="group" aria-label={trans.__('Files')} tabIndex={0}>
        <table className="jm-Table jm-num">
          <caption className="jm-vh">{trans.__('Files')}</caption>
          <thead>
            <tr>
              <th scope="col">{trans.__('Name')}</th>
              <th scope="col" className="r">
                {trans.__('Size')}
              </th>
              <th scope="col">{trans.__('sha')}</th>
            </tr>
          </thead>
          <tbody>
            {shown.map(({ path, size, digest }) => (
              <tr key={path}>
                <td className="jm-Model-name" title={oneLine(path, 300)}>
                  {oneLine(path, 60)}
                </td>
                <td className="r">{formatSize(size)}</td>
                <td className="jm-code" title={digest}>
                  {digest.slice(0, 6)}
                </td>
              </tr>
            ))}
            {more && (
              <tr>
                <td colSpan={3}>{more}</td>
              </tr>
            )}
          </tbody>
        </table>
      </div>
    </section>
  );
}

function Verify({ version: { row } }: { version: IShownVersion }): JSX.Element {
  const trans = useTranslation();
  const { page } = usePage();
  const [isBusy, setBusy] = useState(false);
  const [found, setFound] = useState<IVerified | null>(null);
  const verify = (): void => {
    setBusy(true);
    page.models.client
      .verify(row.model, row.version)
      .then(setFound)
      .catch((error: unknown) => setFound({ sound: false, sentence: sentence(error) }))
      .finally(() => setBusy(false));
  };
  return (
    <>
      <span role="status" className="jm-Model-verified">
        {found && (
          <span className="jm-State" data-s={found.sound ? 'succeeded' : 'failed'} title={found.sentence}>
            <Icon name={found.sound ? 'succeeded' : 'failed'} size={12} />
            <Sentence text={found.sentence} longest={200} />
          </span>
        )}
      </span>
      <button type="button" className="jm-link" disabled={isBusy} onClick={verify}>
        {isBusy ? trans.__('Verifying…') : trans.__('Verify')}
      </button>
    </>
  );
}
