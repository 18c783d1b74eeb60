/**
 * One version in whole: aliases, where it comes from, what goes in and out, how it compares, what it is made of.
 */

import { PathExt } from '@jupyterlab/coreutils';
import type { JSX, MouseEvent } from 'react';

import { CommandIDs } from '../../commands';
import { Chain } from '../../lineage/Chain';
import { Sentence } from '../../runs/card/pieces';
import { oneLine, said } from '../../runs/card/text';
import { formatValue } from '../../sweeps/words';
import { useTranslation } from '../../translation';
import { Button, Chip, IconButton } from '../../ui/parts';
import type { IModelSnapshot, IVersionRow } from '../../wire';
import type { IShownVersion } from '../tokens';
import { CHAMPION, versionTitle } from '../words';
import { Aliases } from './Aliases';
import { Against } from './Against';
import { useCommand, usePage } from './context';
import { Files } from './Files';
import { History } from './History';
import { InCell } from './InCell';
import { menuBelow } from './menu';
import { NoVersion } from './problems';
import { SignatureTable } from './SignatureTable';
import { TrainingData } from './TrainingData';

/** Show the version that is looked at. */
export function Version({ snapshot }: { snapshot: IModelSnapshot }): JSX.Element | null {
  const trans = useTranslation();
  const { page } = usePage();
  const row = snapshot.versions.find(({ version }) => version === page.selected);
  if (row === undefined || page.version === null) {
    return null;
  }
  const known = page.version.snapshot;
  return (
    <section className="jm-Model-version" aria-label={versionTitle(row)}>
      <VersionHead row={row} snapshot={snapshot} />
      {known === null || row.broken ? (
        <NoVersion broken={row.broken} problem={page.version.problem} />
      ) : (
        <Body version={known} row={row} snapshot={snapshot} />
      )}
      <span className="jm-vh" role="status">
        {trans.__('%1 is shown', versionTitle(row))}
      </span>
    </section>
  );
}

function VersionHead({ row, snapshot }: { row: IVersionRow; snapshot: IModelSnapshot }): JSX.Element {
  const trans = useTranslation();
  const execute = useCommand();
  const { page, services } = usePage();
  const openMenu = (event: MouseEvent<HTMLElement>): void =>
    menuBelow(services.commands, page.id, event.currentTarget);
  return (
    <div className="jm-Model-versionhead">
      <h2>{trans.__('v%1', row.version)}</h2>
      {!row.broken && <Aliases row={row} model={snapshot.row} />}
      <span className="jm-grow" />
      {!row.broken && (
        <>
          <Button icon="notebook" onClick={() => execute(CommandIDs.loadModel)}>
            {trans.__('Load in a cell')}
          </Button>
          {snapshot.row.champion !== row.version && (
            <Button icon="star" onClick={() => execute(CommandIDs.setChampion)}>
              {trans.__('Set @%1', CHAMPION)}
            </Button>
          )}
        </>
      )}
      <IconButton
        icon="ellipsis"
        label={trans.__('More actions for v%1', row.version)}
        aria-haspopup="menu"
        onClick={openMenu}
      />
    </div>
  );
}

interface IBodyProps {
  readonly version: IShownVersion;
  /** As the model has it, which may be newer. */
  readonly row: IVersionRow;
  readonly snapshot: IModelSnapshot;
}

function Body({ version, row, snapshot }: IBodyProps): JSX.Element {
  const trans = useTranslation();
  const { services } = usePage();
  return (
    <>
      <Notes version={version} row={row} />
      <section className="jm-Section">
        <h3 className="jm-h2">{trans.__('Where it comes from, where it serves')}</h3>
        {version.lineage.links.length > 1 && (
          <Chain
            lineage={version.lineage}
            commands={services.commands}
            label={trans.__('Where it comes from, where it serves')}
          />
        )}
        {!version.spec.run && <FromNotebook version={version} />}
      </section>
      <div className="jm-Model-columns">
        <div>
          <SignatureTable version={version} />
          <TrainingData version={version} />
        </div>
        <div>
          <Against version={version} />
          <Parameters version={version} />
          <History snapshot={snapshot} />
        </div>
        <div>
          <InCell version={version} row={row} />
          <Files version={version} />
          <Environment version={version} />
        </div>
      </div>
    </>
  );
}

/** Where a version that no run made was registered. */
function FromNotebook({ version: { spec } }: { version: IShownVersion }): JSX.Element {
  const trans = useTranslation();
  const execute = useCommand();
  const { notebook, prompt, user, host } = spec.origin;
  const name = oneLine(PathExt.basename(notebook), 80);
  return (
    <p className="jm-small jm-muted">
      {trans.__('No run made it: %1 registered it on %2', user || trans.__('somebody'), host || '?')}
      {notebook && (
        <>
          {' '}
          {trans.__('from')}{' '}
          <button type="button" className="jm-link" onClick={() => execute(CommandIDs.goToModelCell)}>
            {prompt ? trans.__('%1, cell %2', name, prompt) : name}
          </button>
        </>
      )}
      {'.'}
    </p>
  );
}

/** What people wrote, and what was worth saying when it was registered. */
function Notes({ version, row }: { version: IShownVersion; row: IVersionRow }): JSX.Element {
  const trans = useTranslation();
  const execute = useCommand();
  const { notes } = version.spec;
  return (
    <section className="jm-Model-notes" aria-label={trans.__('Notes')}>
      <p>
        {row.note ? `${oneLine(row.note, 600)} ` : ''}
        {row.tags.map(tag => (
          <Chip key={tag}>{oneLine(tag, 60)}</Chip>
        ))}
        <button type="button" className="jm-link" onClick={() => execute(CommandIDs.noteModel)}>
          {row.note ? trans.__('Edit note…') : trans.__('Add a note…')}
        </button>
        <button type="button" className="jm-link" onClick={() => execute(CommandIDs.tagModel)}>
          {row.tags.length > 0 ? trans.__('Edit tags…') : trans.__('Add tags…')}
        </button>
      </p>
      {notes.map((note, at) => (
        <p key={at} className="jm-muted">
          <Sentence text={said(note)} longest={600} />
        </p>
      ))}
    </section>
  );
}

function Parameters({ version }: { version: IShownVersion }): JSX.Element | null {
  const trans = useTranslation();
  const params = Object.entries(version.spec.params);
  return params.length === 0 ? null : (
    <section className="jm-Section">
      <h3 className="jm-h2">{trans.__('Parameters')}</h3>
      <div className="jm-Model-scroll" role="group" aria-label={trans.__('Parameters')} tabIndex={0}>
        <table className="jm-Table jm-mod-kv jm-num">
          <tbody>
            {params.map(([name, value]) => (
              <tr key={name}>
                <th scope="row">{oneLine(name, 60)}</th>
                <td>{oneLine(formatValue(value), 120)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

function Environment({ version: { spec } }: { version: IShownVersion }): JSX.Element {
  const trans = useTranslation();
  return (
    <section className="jm-Section">
      <h3 className="jm-h2">
        {trans.__('Requirements')}
        <span className="jm-end jm-muted">
          {spec.python_version && trans.__('Python %1', spec.python_version)}
        </span>
      </h3>
      {spec.requirements.length === 0 ? (
        <p className="jm-muted">{trans.__('None are known.')}</p>
      ) : (
        <ul
          className="jm-Model-scroll jm-Model-requirements"
          tabIndex={0}
          aria-label={trans.__('Requirements')}
        >
          {spec.requirements.map(each => (
            <li key={each}>{oneLine(each, 120)}</li>
          ))}
        </ul>
      )}
      {spec.python && (
        <p className="jm-small jm-muted jm-ellipsis" title={spec.python}>
          {spec.python}
        </p>
      )}
    </section>
  );
}
