// The demo: find or start a mesh, fire the scenarios, print the verdicts, and stay up at a terminal.
import { once } from 'node:events';
import { openAgent } from '@trace-mesh/scenarios/fire';
import { waitForTrace } from '@trace-mesh/trace-doctor/wait';
import pLimit from 'p-limit';
import { failureOf, inColor, progress } from './command-line.ts';
import { type DemoScenario, type FiredScenario, fireAndJudge, isUndecided, judgeAgain } from './firing.ts';
import { mysteryConsole, openPrompt, playMystery } from './mystery.ts';
import type { DemoOptions } from './options.ts';
import {
  failureJson,
  formatBreak,
  formatList,
  formatNothing,
  formatOutcome,
  formatStay,
  formatSummary,
  formatUndecided,
  outcomesJson,
} from './report.ts';
import { openTarget, type Target } from './target.ts';

/** How many scenarios run concurrently; the next is fired while the trace of one is still awaited. */
const FIRING_AT_ONCE = 3;

/** Runs the demo and returns its exit code (see --help). */
export async function demo(
  options: DemoOptions,
  scenarios: readonly DemoScenario[],
  { env, stop }: { env: NodeJS.ProcessEnv; stop: AbortSignal },
): Promise<number> {
  if (options.list) {
    console.log(formatList(scenarios, options.json));
    return 0;
  }
  const chosen = choose(scenarios, options);
  let printed = false;
  try {
    await using target = await openTarget(options, { env, signal: stop, onProgress: progress });
    if (options.mystery) {
      const right = await play(options, target, stop);
      printed = true;
      return right ? 0 : 1;
    }
    const tracingOff = env.OTEL_SDK_DISABLED?.toLowerCase() === 'true';
    const fired = await fireAll(chosen, target, { ...options, tracingOff }, stop);
    const outcomes = isUndecided(fired) ? await afterDecision(fired, target, stop) : fired;
    if (options.break !== undefined && !options.json) console.log(formatBreak(options.break));
    print(outcomes, target, options.json);
    printed = true;
    if (target.ours && !options.once) await stay(target, options.json, stop);
    return outcomes.every((outcome) => outcome.ok) ? 0 : 1;
  } catch (thrown) {
    // A signal after the verdict does not change the result.
    const { message, exitCode } = failureOf(thrown, printed ? new AbortController().signal : stop, 1);
    if (options.json && !printed) console.log(failureJson(message, performance.now()));
    console.error(message);
    return exitCode;
  }
}

/** Plays a mystery. Without an answer, and without a terminal to ask at, the mesh stays up, so that the trace can be looked at. */
async function play(options: DemoOptions, target: Target, stop: AbortSignal): Promise<boolean> {
  using prompt = options.once || options.answer ? undefined : openPrompt(stop);
  const playing = playMystery(options, mysteryConsole(target.endpoints, stop), prompt?.ask, console.log);
  const right = await Promise.race([playing, target.failed]);
  if (target.ours && !options.once && !options.answer && !prompt) await stay(target, options.json, stop);
  return right;
}

function choose(scenarios: readonly DemoScenario[], options: DemoOptions): readonly DemoScenario[] {
  if (options.scenario) return scenarios.filter(({ name }) => name === options.scenario);
  if (options.break === undefined) return scenarios;
  return scenarios.filter(({ edges }) => edges.some(({ row }) => row === options.break));
}

async function fireAll(
  scenarios: readonly DemoScenario[],
  target: Target,
  { prompt, tracingOff }: DemoOptions & { tracingOff: boolean },
  stop: AbortSignal,
): Promise<FiredScenario[]> {
  // A request to a service that died must not outlive the race.
  const over = new AbortController();
  const signal = AbortSignal.any([stop, over.signal]);
  await using agent = openAgent(target.endpoints, { env: target.env, signal });
  const turn = pLimit(FIRING_AT_ONCE);
  const fire: typeof agent.fire = (name, options) => turn(() => agent.fire(name, options));
  const firing = scenarios.map(async (scenario) => {
    const options = { signal, ...(prompt !== undefined && { prompt }) };
    const outcome = await fireAndJudge(scenario, target.endpoints, options, {
      fire,
      wait: waitForTrace,
      tracingOff,
    });
    progress(`${outcome.ok ? '✓' : '✗'} ${scenario.name}`);
    return outcome;
  });
  try {
    return await Promise.race([Promise.all(firing), target.failed]);
  } finally {
    over.abort();
  }
}

/** The verdicts behind a tail sampler, which holds every trace back until it decides. */
async function afterDecision(
  fired: readonly FiredScenario[],
  { endpoints, failed }: Target,
  stop: AbortSignal,
): Promise<FiredScenario[]> {
  console.error(formatUndecided());
  const judging = fired.map((outcome) => judgeAgain(outcome, endpoints, waitForTrace, stop));
  const outcomes = await Promise.race([Promise.all(judging), failed]);
  if (isUndecided(outcomes)) console.error(formatNothing(endpoints));
  return outcomes;
}

function print(outcomes: readonly FiredScenario[], target: Target, json: boolean): void {
  if (json) {
    console.log(outcomesJson(outcomes, target.endpoints, performance.now()));
    return;
  }
  for (const outcome of outcomes) console.log(formatOutcome(outcome, target.endpoints, inColor()));
  console.log(formatSummary(outcomes));
}

/** Resolves at Ctrl-C; rejects when a service dies first. */
async function stay({ endpoints, failed }: Target, json: boolean, stop: AbortSignal): Promise<void> {
  const line = formatStay(endpoints);
  if (json) progress(line);
  else console.log(line);
  if (!stop.aborted) await Promise.race([once(stop, 'abort'), failed]);
}
