import type { WireRecord } from '@trace-mesh/faults/wire';
import { BROWSER } from '@trace-mesh/scenarios/browser';
import type { ShownHop } from '../messages.ts';
import type { VerdictEvent } from './state.ts';

interface HopsProps {
  /** What the page sent. */
  ownWire: WireRecord[];
  verdict: VerdictEvent;
}

/** The verdict for each hop, with what was on the wire. */
export function Hops({ ownWire, verdict: { ok, hops, problems, diagnoses } }: HopsProps) {
  const wireOf = ({ from, wire, senderIds }: ShownHop) =>
    from === BROWSER ? ownWire.filter(({ spanId }) => senderIds.includes(spanId)) : wire;
  return (
    <section class="hops" aria-labelledby="hops-title">
      <h3 id="hops-title">
        Verdict: <strong class={ok ? 'ok' : 'broken'}>{ok ? 'one whole trace' : 'broken'}</strong>
      </h3>
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
            <HopRow key={index} hop={{ ...hop, wire: wireOf(hop) }} />
          ))}
        </tbody>
      </table>
    </section>
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
