/**
 * All versions of a model, the latest first. Arrow keys go from one to the other, and what is below follows.
 */

import { useEffect, useRef } from 'react';
import type { JSX, KeyboardEvent, MouseEvent } from 'react';

import { CommandIDs } from '../../commands';
import { formatAge, formatMetric, formatSize, MISSING } from '../../format';
import { Icon } from '../../icons';
import { oneLine } from '../../runs/card/text';
import { useNow } from '../../panel/hooks';
import { direction } from '../../runs/metrics';
import { useTranslation } from '../../translation';
import type { IModelSnapshot, IVersionRow } from '../../wire';
import { idOf } from '../ids';
import { bestAt, servedBy, roleWords } from '../words';
import { columnsOf } from './columns';
import { useCommand, usePage } from './context';
import { menuBelow, openMenu } from './menu';

/** Ages are counted up that often, in milliseconds. */
const AGES = 5_000;

interface IVersionsProps {
  readonly snapshot: IModelSnapshot;
  /** All metrics, the most telling first. */
  readonly names: readonly string[];
  /** The one that is drawn. */
  readonly metric: string;
  readonly onMetric: (metric: string) => void;
}

/** Show the table. */
export function Versions({ snapshot, names, metric, onMetric }: IVersionsProps): JSX.Element {
  const trans = useTranslation();
  const { page, services } = usePage();
  const now = useNow(page.isShown ? AGES : null);
  const { versions } = snapshot;
  const shown = columnsOf(names, metric);
  const best = new Map(shown.map(name => [name, bestAt(versions, name)]));
  const frame = useFocusedRow(page.selected);
  const onKeyDown = (event: KeyboardEvent): void => {
    const place = versions.findIndex(({ version }) => version === page.selected);
    const next = placeAfter(event, place, versions.length);
    if (next === null) {
      return;
    }
    event.preventDefault();
    event.stopPropagation();
    if (next === 'menu') {
      const row = frame.current?.querySelector(`[data-version="${page.selected}"]`);
      if (row) {
        menuBelow(services.commands, page.id, row);
      }
      return;
    }
    const row = versions[next];
    if (row !== undefined) {
      page.select(row.version);
    }
  };
  return (
    <div className="jm-Model-versions" ref={frame} onKeyDown={onKeyDown}>
      <table className="jm-Table jm-num" role="grid" aria-label={trans.__('Versions of %1', page.name)}>
        <thead>
          <tr>
            <th scope="col">{trans.__('Version')}</th>
            <th scope="col">{trans.__('Aliases')}</th>
            {shown.map(name => (
              <MetricHeader key={name} name={name} isDrawn={name === metric} onMetric={onMetric} />
            ))}
            <th scope="col" className="r jm-mod-rare">
              {trans.__('Size')}
            </th>
            <th scope="col">{trans.__('From run')}</th>
            <th scope="col" className="jm-mod-rare">
              {trans.__('Registered')}
            </th>
            <th scope="col">{trans.__('Serves')}</th>
            <th scope="col">
              <span className="jm-vh">{trans.__('Actions')}</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {versions.map(row => (
            <Row
              key={row.version}
              row={row}
              shown={shown}
              best={best}
              now={now}
              isSelected={row.version === page.selected}
            />
          ))}
        </tbody>
      </table>
      {versions.length === 0 && (
        <p className="jm-Empty jm-muted">{trans.__('All versions are deleted; their numbers stay taken.')}</p>
      )}
    </div>
  );
}

interface IMetricHeaderProps {
  readonly name: string;
  readonly isDrawn: boolean;
  readonly onMetric: (metric: string) => void;
}

function MetricHeader({ name, isDrawn, onMetric }: IMetricHeaderProps): JSX.Element {
  const trans = useTranslation();
  const way = direction(name);
  const better = way > 0 ? trans.__('more is better') : way < 0 ? trans.__('less is better') : '';
  return (
    <th scope="col" className="r" data-drawn={isDrawn || undefined}>
      <button
        type="button"
        className="jm-Model-metric jm-ellipsis"
        aria-pressed={isDrawn}
        title={[oneLine(name, 200), better, trans.__('Draw it')].filter(Boolean).join('\n')}
        onClick={() => onMetric(name)}
      >
        {oneLine(name, 60)}
      </button>
    </th>
  );
}

interface IRowProps {
  readonly row: IVersionRow;
  readonly shown: readonly string[];
  readonly best: ReadonlyMap<string, ReadonlySet<number>>;
  readonly now: number;
  readonly isSelected: boolean;
}

function Row({ row, shown, best, now, isSelected }: IRowProps): JSX.Element {
  const trans = useTranslation();
  const { page, services } = usePage();
  const id = idOf(row.model, row.version);
  const name = trans.__('v%1', row.version);
  const onMenu = (event: MouseEvent): void => {
    // With Shift the browser's own menu opens, as everywhere in JupyterLab.
    if (!event.shiftKey) {
      event.preventDefault();
      event.stopPropagation();
      page.select(row.version);
      openMenu(services.commands, id, event.clientX, event.clientY);
    }
  };
  return (
    <tr
      aria-selected={isSelected}
      aria-label={[name, ...row.aliases.map(alias => `@${alias}`), row.broken].filter(Boolean).join(', ')}
      tabIndex={isSelected ? 0 : -1}
      data-version={row.version}
      data-s={row.broken ? 'warning' : undefined}
      onClick={() => page.select(row.version)}
      onContextMenu={onMenu}
    >
      <th scope="row" title={row.broken || row.type}>
        {row.broken && <Icon name="warning" size={12} />}
        {name}
      </th>
      <td>
        <span className="jm-Model-aliases">
          {row.aliases.map(alias => (
            <span key={alias} className="jm-Alias">
              @{alias}
            </span>
          ))}
        </span>
      </td>
      {shown.map(metric => (
        <MetricCell
          key={metric}
          value={row.metrics[metric]}
          isBest={best.get(metric)?.has(row.version) === true}
        />
      ))}
      <td className="r jm-mod-rare">{row.broken ? MISSING : formatSize(row.size)}</td>
      <td>
        <FromRun row={row} />
      </td>
      <td className="jm-muted jm-mod-rare">
        {row.created > 0 ? trans.__('%1 ago', formatAge(now - row.created)) : MISSING}
      </td>
      <td>
        <Uses row={row} />
      </td>
      <td>
        <button
          type="button"
          className="jm-IconButton"
          tabIndex={isSelected ? 0 : -1}
          title={trans.__('More actions')}
          aria-label={trans.__('More actions for %1', name)}
          aria-haspopup="menu"
          onClick={event => {
            event.stopPropagation();
            page.select(row.version);
            menuBelow(services.commands, id, event.currentTarget);
          }}
        >
          <Icon name="ellipsis" />
        </button>
      </td>
    </tr>
  );
}

function MetricCell({
  value,
  isBest
}: {
  value: IVersionRow['metrics'][string] | undefined;
  isBest: boolean;
}): JSX.Element {
  const trans = useTranslation();
  return (
    <td className={isBest ? 'r jm-best' : 'r'}>
      {isBest && (
        <>
          <Icon name="star" size={10} />
          <span className="jm-vh">{trans.__('best')}</span>
        </>
      )}
      {value === undefined ? MISSING : formatMetric(value)}
    </td>
  );
}

function FromRun({ row }: { row: IVersionRow }): JSX.Element {
  const trans = useTranslation();
  const execute = useCommand();
  if (!row.run) {
    return <span className="jm-muted">{row.broken ? MISSING : trans.__('the notebook')}</span>;
  }
  const name = oneLine(row.run_name || row.run, 60);
  return (
    <button
      type="button"
      className="jm-link jm-ellipsis jm-Model-run"
      title={[name, row.run].join('\n')}
      onClick={() => execute(CommandIDs.openRun, { id: row.run })}
    >
      {row.sweep ? trans.__('%1, trial %2', name, row.trial) : name}
    </button>
  );
}

function Uses({ row }: { row: IVersionRow }): JSX.Element {
  const trans = useTranslation();
  const execute = useCommand();
  const serving = servedBy(row.uses);
  const [first] = serving;
  if (first === undefined) {
    const kept = row.uses.length;
    return (
      <span className="jm-muted" title={row.uses.map(use => roleWords(use, trans)).join('\n')}>
        {kept > 0 ? trans.__('kept for roll back') : trans.__('nothing')}
      </span>
    );
  }
  const words = roleWords(first, trans);
  const more = serving.length > 1 ? ` ${trans.__('and %1 more', serving.length - 1)}` : '';
  return (
    <button
      type="button"
      className="jm-link jm-ellipsis jm-Model-use"
      title={serving.map(use => roleWords(use, trans)).join('\n')}
      onClick={() => execute(CommandIDs.openEndpoint, { id: first.endpoint })}
    >
      <Icon name="endpoint" size={12} /> {words}
      {more}
    </button>
  );
}

/** Keep the focus on the row of the selected version, where it was on one of the rows. */
function useFocusedRow(selected: number): React.RefObject<HTMLDivElement> {
  const frame = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const row = frame.current?.querySelector<HTMLElement>(`[data-version="${selected}"]`);
    const isOnRow = document.activeElement?.matches('tr[data-version]') === true;
    if (row && isOnRow && frame.current?.contains(document.activeElement)) {
      row.focus({ preventScroll: true });
      row.scrollIntoView({ block: 'nearest' });
    }
  }, [selected]);
  return frame;
}

/** Return the place that a key goes to, or that it opens the menu; null if it is none of ours. */
function placeAfter(event: KeyboardEvent, place: number, count: number): number | 'menu' | null {
  const isOnRow = event.target instanceof HTMLElement && event.target.matches('tr[data-version]');
  if (!isOnRow || event.ctrlKey || event.metaKey || event.altKey) {
    return null;
  }
  switch (event.key) {
    case 'ArrowDown':
      return Math.min(place + 1, count - 1);
    case 'ArrowUp':
      return Math.max(place - 1, 0);
    case 'Home':
      return 0;
    case 'End':
      return count - 1;
    case 'ContextMenu':
      return 'menu';
    case 'F10':
      return event.shiftKey ? 'menu' : null;
    default:
      return null;
  }
}
