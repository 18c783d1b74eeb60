/**
 * What is compared, and what can be done with all of it.
 */

import { Clipboard } from '@jupyterlab/apputils';
import { useState } from 'react';
import type { JSX } from 'react';

import { formatCount } from '../format';
import { Icon } from '../icons';
import { openMenu } from '../runs/page/menu';
import { useTranslation } from '../translation';
import { Button, IconButton } from '../ui/parts';
import type { IComparedColumn, IComparison } from '../wire';
import { AddRuns } from './AddRuns';
import type { Choices } from './chosen';
import { Columns } from './Columns';
import { codeOf } from './question';
import type { IQuestion } from './question';
import type { Change, ISettings } from './settings';
import { nameOf } from './table/Header';

interface IHeadProps {
  readonly question: IQuestion;
  readonly comparison: IComparison | null;
  readonly settings: ISettings;
  readonly onChange: Change;
  readonly onAdd: (id: string) => void;
  readonly onDownload: () => void;
  readonly onRefresh: () => void;
}

/** Show the head. */
export function Head(props: IHeadProps): JSX.Element {
  const { question, comparison, settings, onChange } = props;
  const trans = useTranslation();
  const runs = comparison?.runs ?? [];
  const names = new Set(runs.map(({ row }) => row.name)).size;
  const facts = [
    trans._n('%1 run', '%1 runs', runs.length, formatCount(runs.length)),
    ...(names > 1 ? [trans._n('%1 name', '%1 names', names, formatCount(names))] : []),
    ...(comparison?.left_out ? [trans.__('%1 more are left out', formatCount(comparison.left_out))] : [])
  ];
  return (
    <div className="jm-PageHead jm-Compare-top">
      <div className="jm-top">
        <h1>{trans.__('Compare')}</h1>
        <span className="jm-muted jm-num jm-ellipsis jm-RunPage-facts" aria-live="polite">
          {comparison && facts.join(', ')}
        </span>
        <span className="jm-grow" />
        <span className="jm-RunPage-acts">
          <Columns
            columns={comparison?.columns ?? []}
            choices={settings.choices}
            onChoices={(choices: Choices) => onChange({ choices })}
          />
          <Group columns={comparison?.columns ?? []} group={settings.group} onChange={onChange} />
          <span className="jm-Compare-sep" />
          <AddRuns known={new Set(runs.map(({ row }) => row.id))} onAdd={props.onAdd} />
          <CopyCode code={codeOf(question)} />
          <IconButton
            icon="ellipsis"
            label={trans.__('More actions')}
            aria-haspopup="menu"
            onClick={event =>
              openMenu(event.currentTarget, [
                { label: trans.__('Download as CSV'), run: props.onDownload },
                { label: trans.__('Read again'), run: props.onRefresh },
                {
                  label: trans.__('Show all columns'),
                  run: () =>
                    onChange({ choices: new Map((comparison?.columns ?? []).map(({ key }) => [key, true])) })
                }
              ])
            }
          />
        </span>
      </div>
    </div>
  );
}

/** By what runs are grouped: words of which there are not too many. */
function Group({
  columns,
  group,
  onChange
}: {
  columns: readonly IComparedColumn[];
  group: string;
  onChange: Change;
}): JSX.Element {
  const trans = useTranslation();
  const options = columns.filter(
    column => column.part === 'parameter' || ['state', 'kind', 'workers', 'code'].includes(column.name)
  );
  return (
    <label className="jm-Compare-select">
      <span className="jm-muted">{trans.__('Group:')}</span>
      <select value={group} onChange={event => onChange({ group: event.target.value, folded: new Set() })}>
        <option value="">{trans.__('none')}</option>
        <option value="name">{trans.__('Run')}</option>
        {options.map(column => (
          <option key={column.key} value={column.key}>
            {nameOf(column, trans)}
          </option>
        ))}
      </select>
      <Icon name="caret-down" size={12} />
    </label>
  );
}

function CopyCode({ code }: { code: string }): JSX.Element {
  const trans = useTranslation();
  const [isDone, setDone] = useState(false);
  return (
    <Button
      icon={isDone ? 'check' : 'copy'}
      title={code}
      onClick={() => {
        Clipboard.copyToSystem(code);
        setDone(true);
        window.setTimeout(() => setDone(false), 2000);
      }}
    >
      {isDone ? trans.__('Copied') : trans.__('Copy as DataFrame')}
    </Button>
  );
}
