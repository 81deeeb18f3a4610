import type { ProblemKind } from '@trace-mesh/access/problem';

/** The problems of tasks, beside those of every HTTP edge. */
export const TASK_PROBLEMS = {
  overBudget: { status: 402, title: 'over budget' },
  idTaken: { status: 409, title: 'id taken' },
  /** For the log and the span: the caller receives no answer. */
  callerGone: { status: 499, title: 'caller gone' },
  deadlineExceeded: { status: 504, title: 'deadline exceeded' },
} as const satisfies Record<string, ProblemKind>;
