/**
 * Where requests go, as a bar that can be moved.
 */

import { useState } from 'react';
import type { JSX, KeyboardEvent, PointerEvent } from 'react';

import { CommandIDs } from '../../commands';
import { useTranslation } from '../../translation';
import { Button } from '../../ui/parts';
import type { IEndpointRow, IEndpointSnapshot } from '../../wire';
import { useActing } from '../acting';
import { Refusal } from '../Refusal';
import { isUp, revisionName, wholePercent } from '../words';
import { useCommand, usePage } from './context';
import { percentAfter, percentAt, STEPS } from './traffic';

/** What the endpoint does by itself where nobody has said otherwise. */
const USUAL_ROLLBACK = 'errors > 1%';

/** Show the traffic; where there is a canary, its share can be moved. */
export function Traffic({ snapshot }: { snapshot: IEndpointSnapshot }): JSX.Element {
  const trans = useTranslation();
  const { row } = snapshot;
  return (
    <div className="jm-Ep-traffic" role="group" aria-label={trans.__('Traffic')}>
      {row.canary > 0 ? <Split snapshot={snapshot} /> : <Whole row={row} />}
      {row.shadow > 0 && (
        <p className="jm-small jm-muted">
          {trans.__(
            '%1 gets a copy of every request; nobody sees its answers, and they delay none.',
            revisionName(row.shadow)
          )}
        </p>
      )}
    </div>
  );
}

/** One revision gets all. */
function Whole({ row }: { row: IEndpointRow }): JSX.Element {
  const trans = useTranslation();
  const execute = useCommand();
  const isServing = isUp(row) && row.stable > 0;
  return (
    <>
      <div className="jm-Ep-bar" data-idle={!isServing || undefined}>
        <span className="jm-Ep-stable">
          {row.stable > 0 ? (
            <>
              <b>{wholePercent(isServing ? 100 : 0)}</b> {trans.__('%1 stable', revisionName(row.stable))}
            </>
          ) : (
            trans.__('No revision has become ready yet')
          )}
        </span>
      </div>
      <div className="jm-Ep-steps">
        <span className="jm-muted">
          {trans.__('A canary gets a share of the requests before it gets all of them.')}
        </span>
        <span className="jm-grow" />
        <Button
          icon="deploy"
          onClick={() => execute(CommandIDs.deploy, { endpoint: row.id, model: row.model })}
        >
          {trans.__('Deploy…')}
        </Button>
      </div>
    </>
  );
}

/** Stable and canary share the requests. */
function Split({ snapshot }: { snapshot: IEndpointSnapshot }): JSX.Element {
  const trans = useTranslation();
  const { row } = snapshot;
  const { page } = usePage();
  const { client } = page.endpoints;
  const { busy, refusal, act, forget } = useActing<'move' | 'gates'>();
  const [draft, setDraft] = useState<number | null>(null);
  const [asked, setAsked] = useState<number | null>(null);
  const canary = revisionName(row.canary);
  const percent = draft ?? asked ?? row.percent;
  const move = (wanted: number): void => {
    setDraft(null);
    if (wanted === (asked ?? row.percent) || busy !== null) {
      return;
    }
    setAsked(wanted);
    act('move', async () => {
      try {
        await client.moveCanary(page.id, wanted);
        await page.endpoint.refresh();
      } finally {
        // Only now: what is shown never goes back to what was.
        setAsked(null);
      }
    });
  };
  const grip = useGrip(percent, draft, setDraft, move, forget);
  const isWaiting = draft !== null && !grip.isHeld && draft !== row.percent;
  return (
    <>
      <div className="jm-Ep-bar" data-idle={!isUp(row) || undefined}>
        <span className="jm-Ep-stable" style={{ flexGrow: 100 - percent }}>
          <b>{wholePercent(100 - percent)}</b> {trans.__('%1 stable', revisionName(row.stable))}
        </span>
        <button
          type="button"
          className="jm-Ep-grip"
          role="slider"
          aria-label={trans.__('Share of the canary %1', canary)}
          aria-valuemin={0}
          aria-valuemax={100}
          aria-valuenow={percent}
          aria-valuetext={
            isWaiting
              ? trans.__('%1 percent to %2, Enter applies it', percent, canary)
              : trans.__('%1 percent to %2', percent, canary)
          }
          title={trans.__('Drag, or use the arrow keys and Enter')}
          {...grip.handlers}
        />
        <span className="jm-Ep-canary" style={{ flexGrow: percent }}>
          <b>{wholePercent(percent)}</b> {canary}
        </span>
      </div>
      <div className="jm-Ep-steps">
        <span className="jm-muted">{trans.__('Canary %1', canary)}</span>
        <span className="jm-Segment" role="group" aria-label={trans.__('Set the share of the canary')}>
          {STEPS.map(step => (
            <button
              key={step}
              type="button"
              aria-pressed={(asked ?? row.percent) === step}
              aria-label={trans.__('%1 percent', step)}
              onClick={() => move(step)}
            >
              {step}
            </button>
          ))}
        </span>
        <span aria-hidden="true">%</span>
        <span className="jm-Ep-hint jm-muted">
          {isWaiting && trans.__('Enter applies it, Esc takes it back')}
          {busy === 'move' && trans.__('Moving…')}
        </span>
        <span className="jm-grow" />
        <label className="jm-Ep-check">
          <input
            type="checkbox"
            checked={snapshot.gates.rollback !== ''}
            disabled={busy === 'gates'}
            onChange={event => {
              const rollback_if = event.target.checked ? USUAL_ROLLBACK : '';
              act('gates', async () => {
                await client.changeGates(page.id, { promote_if: snapshot.gates.promote, rollback_if });
                await page.endpoint.refresh();
              });
            }}
          />
          <span>
            {trans.__('Roll back by itself if')}{' '}
            <span className="jm-code">{snapshot.gates.rollback || USUAL_ROLLBACK}</span>
          </span>
        </label>
      </div>
      <Refusal text={refusal} />
    </>
  );
}

interface IGrip {
  readonly isHeld: boolean;
  readonly handlers: {
    onPointerDown(event: PointerEvent<HTMLElement>): void;
    onPointerMove(event: PointerEvent<HTMLElement>): void;
    onPointerUp(event: PointerEvent<HTMLElement>): void;
    onPointerCancel(): void;
    onKeyDown(event: KeyboardEvent): void;
    onBlur(): void;
  };
}

/** Let the canary's share follow the pointer until it is let go, and the keys until Enter. */
function useGrip(
  percent: number,
  draft: number | null,
  setDraft: (percent: number | null) => void,
  move: (percent: number) => void,
  forget: () => void
): IGrip {
  const [isHeld, setHeld] = useState(false);
  const at = ({ clientX, currentTarget }: PointerEvent<HTMLElement>): number => {
    const bar = currentTarget.parentElement;
    return bar === null ? percent : percentAt(clientX, bar.getBoundingClientRect());
  };
  return {
    isHeld,
    handlers: {
      onPointerDown: event => {
        if (event.button === 0) {
          event.currentTarget.setPointerCapture(event.pointerId);
          forget();
          setHeld(true);
        }
      },
      onPointerMove: event => isHeld && setDraft(at(event)),
      onPointerUp: () => {
        if (isHeld) {
          setHeld(false);
          if (draft !== null) {
            move(draft);
          }
        }
      },
      onPointerCancel: () => {
        setHeld(false);
        setDraft(null);
      },
      onKeyDown: event => {
        const next = percentAfter(event.key, percent);
        if (next !== null) {
          forget();
          setDraft(next);
        } else if (event.key === 'Enter' && draft !== null) {
          move(draft);
        } else if (event.key === 'Escape' && draft !== null) {
          setDraft(null);
        } else {
          return;
        }
        event.preventDefault();
        event.stopPropagation();
      },
      // Who goes elsewhere has not said Enter.
      onBlur: () => !isHeld && setDraft(null)
    }
  };
}
