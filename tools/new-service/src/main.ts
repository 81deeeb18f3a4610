// `npm run new-service -- NAME --kind KIND`: generates a service.
import { ROOT } from './checkout.ts';
import { type Options, parseOptions } from './options.ts';
import { planService } from './plan.ts';
import { promptForMissing } from './prompt.ts';
import { formatPlan, nextSteps, planJson } from './report.ts';
import { finishPlan, writePlan } from './write.ts';

async function generate(options: Options): Promise<void> {
  const { name, kind } = await promptForMissing(options, process.stdin.isTTY && !options.json);
  const plan = await planService(ROOT, name, kind);
  if (!options.dryRun) {
    await writePlan(ROOT, plan);
    await finishPlan(ROOT, plan, (line) => console.error(`${name}: ${line}`));
  }
  if (options.json) console.log(planJson(plan, options.dryRun));
  else console.log(options.dryRun ? formatPlan(plan) : `${formatPlan(plan)}\n\n${nextSteps(plan)}`);
}

const options = parseOptions(process.argv.slice(2));
if (typeof options === 'number') process.exitCode = options;
else {
  try {
    await generate(options);
  } catch (error) {
    const interrupted = error instanceof Error && error.name === 'ExitPromptError';
    const reason = error instanceof Error ? error.message : String(error);
    const message = interrupted ? 'interrupted: nothing was written' : reason;
    if (options.json) console.log(JSON.stringify({ ok: false, error: message }));
    console.error(message);
    process.exitCode = interrupted ? 130 : 1;
  }
}
