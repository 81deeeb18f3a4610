// `npm run new-service -- NAME --kind KIND`: a service of your own, in the mesh and in the trace at once.
import { complete } from './ask.ts';
import { HERE } from './checkout.ts';
import { type Options, parseOptions } from './options.ts';
import { planService } from './plan.ts';
import { formatPlan, nextSteps, planJson } from './report.ts';
import { settle, writePlan } from './write.ts';

async function make(options: Options): Promise<void> {
  const { name, kind } = await complete(options, process.stdin.isTTY && !options.json);
  const plan = await planService(HERE, name, kind);
  if (!options.dryRun) {
    await writePlan(HERE, plan);
    await settle(HERE, plan, (line) => console.error(`${name}: ${line}`));
  }
  if (options.json) console.log(planJson(plan, options.dryRun));
  else console.log(options.dryRun ? formatPlan(plan) : `${formatPlan(plan)}\n\n${nextSteps(plan)}`);
}

const options = parseOptions(process.argv.slice(2));
if (typeof options === 'number') process.exitCode = options;
else {
  try {
    await make(options);
  } catch (error) {
    const givenUp = error instanceof Error && error.name === 'ExitPromptError';
    const words = error instanceof Error ? error.message : String(error);
    const message = givenUp ? 'given up: nothing was changed' : words;
    if (options.json) console.log(JSON.stringify({ ok: false, error: message }));
    console.error(message);
    process.exitCode = givenUp ? 130 : 1;
  }
}
