import { timeOf } from '@trace-mesh/trace-doctor/trace';
import type { ShownHop } from '../messages.ts';
import { type Firing, firing, session } from './state.ts';
import { wireOf } from './waterfall.tsx';
import { durationOf } from './waterfall-rows.ts';

/** The verdict; each hop with what was on the wire on demand, or at once if one is broken. */
export function Hops() {
  if (!firing.value) return null;
  const { traceId, wire: ownWire, verdict } = firing.value;
  const { ok, hops = [], problems = [], diagnoses = [] } = verdict ?? {};
  return (
    <section class="hops" aria-labelledby="hops-title">
      <Headline {...firing.value} />
      {diagnoses.length > 0 && (
        <ul class="diagnoses" aria-label="Diagnoses">
          {diagnoses.map((text) => (
            <li key={text}>{text}</li>
          ))}
        </ul>
      )}
      {problems.map((problem) => (
        <p key={problem} class="error">
          {problem}
        </p>
      ))}
      {verdict && (
        <details key={traceId} open={!ok}>
          <summary>All {hops.length} hops</summary>
          <table>
            <thead>
              <tr>
                <th scope="col">Holds</th>
                <th scope="col">Row</th>
                <th scope="col">Transport</th>
                <th scope="col">Hop</th>
                <th scope="col">On the wire</th>
              </tr>
            </thead>
            <tbody>
              {hops.map((hop, index) => (
                <HopRow key={index} hop={{ ...hop, wire: wireOf(hop, ownWire) }} />
              ))}
            </tbody>
          </table>
        </details>
      )}
    </section>
  );
}

function Headline({ traceId, spans, verdict, unsampled, mystery }: Firing) {
  const { ok, hops = [] } = verdict ?? {};
  const waiting = mystery ? 'comes with your answer' : 'pending';
  const pending = unsampled ? 'none, the trace was not sampled' : waiting;
  const { startUs, endUs } = timeOf({ spans }) ?? { startUs: 0, endUs: 0 };
  return (
    <>
      <h2 id="hops-title">
        Verdict:{' '}
        {verdict ? (
          <strong class={ok ? 'ok' : 'broken'}>{ok ? '✓ one whole trace' : '✗ broken'}</strong>
        ) : (
          pending
        )}
      </h2>
      <p class="trace-id">
        {verdict && `${hops.filter((hop) => hop.ok).length} of ${hops.length} hops hold; `}
        {verdict && `${spans.length} spans in ${durationOf({ durationUs: endUs - startUs })}; `}
        trace <code>{traceId}</code>{' '}
        <a href={`${session.value?.viewer}/trace/${traceId}`} target="_blank" rel="noreferrer">
          Open it in the viewer
        </a>
      </p>
    </>
  );
}

/** Why a hop has no wire record: it crosses no boundary. */
const NO_WIRE = { parent: 'within the process', link: 'a link, kept in the process' };

function HopRow({ hop: { ok, row, transport, from, to, relation, why, wire } }: { hop: ShownHop }) {
  return (
    <tr class={ok ? 'ok' : 'broken'}>
      <td>{ok ? '✓ yes' : '✗ no'}</td>
      <td>{row}</td>
      <td>{transport}</td>
      <td>
        {from} {relation === 'link' ? '⇢' : '→'} {to} {relation === 'link' && <small>(link)</small>}
        {why && <p class="why">{why}</p>}
      </td>
      <td>
        {wire.length === 0 && <small>{NO_WIRE[relation]}</small>}
        {wire.map(({ form, text }, index) => (
          <details key={index} open={!ok}>
            <summary>{form}</summary>
            <pre>{text}</pre>
          </details>
        ))}
      </td>
    </tr>
  );
}
