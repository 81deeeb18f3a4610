/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
// The console's page: scenarios, the last firings and knobs.
import { render } from 'preact';
import { Answer } from './answer.tsx';
import { Hops } from './hops.tsx';
import { LastFirings } from './last-firings.tsx';
import { MeshPicture } from './mesh-picture.tsx';
import { MysteryPanel } from './mystery.tsx';
import { ScenarioList, ScenarioPanel } from './scenarios.tsx';
import { getSession } from './server.ts';
import { prompt, session } from './state.ts';
import { ThemeSwitch } from './theme-switch.tsx';
import { Waterfall } from './waterfall.tsx';

function Console({ viewer }: { viewer: string }) {
  return (
    <>
      <a class="skip" href="#scenario">
        Skip to the scenario
      </a>
      <header>
        <h1>Trace Mesh</h1>
        <p>Fire a request, and see it stay one trace, hop by hop.</p>
        <a href={viewer} target="_blank" rel="noreferrer">
          All traces
        </a>
        <ThemeSwitch />
      </header>
      <div class="columns">
        <ScenarioList />
        <main id="scenario" tabIndex={-1}>
          <ScenarioPanel />
          <MeshPicture />
          <Answer />
          <LastFirings />
          <MysteryPanel />
          <div class="trace">
            <Hops />
            <Waterfall />
          </div>
        </main>
      </div>
    </>
  );
}

const found = await getSession();
session.value = found;
prompt.value = found.prompt;
render(<Console viewer={found.viewer} />, document.body);
