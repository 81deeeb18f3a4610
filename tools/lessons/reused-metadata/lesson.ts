import { client, internal, parent, server } from '@trace-mesh/scenarios/scenario';
import type { Lesson } from '../src/lesson.ts';

const CHARGE = 'shop.v1.Ledger/Charge';
const charged = (tenant: string) => server('ledger', CHARGE, { 'mesh.tenant.id': tenant });

export const lesson: Lesson = {
  name: 'reused-metadata',
  level: 3,
  title: 'A call reuses the metadata of the call before, with its tenant',
  symptom:
    'The ledger charges every order of a process to the tenant of its first order. Every trace is whole.',
  hints: [
    'The first order is charged right, and every later one wrong. Look at what outlives a call.',
    'Metadata has a list of values for each key: add appends one, and the ledger takes the first.',
    'Make the metadata of each call anew, with new Metadata() or shared.clone(), before you write what is of one call.',
  ],
  teaches:
    'What is sent with one call belongs to that call. The mesh writes its context into a copy of the metadata, so the trace stays right ' +
    'while the tenant leaks: clone what is shared before you add to it. Setting it anew is right only while no two calls overlap.',
  row: 4,
  service: 'shop',
  callee: { file: 'ledger.ts', service: 'ledger' },
  edges: [
    parent(4, 'grpc', internal('shop', 'order of acme'), client('shop', CHARGE)),
    parent(4, 'grpc', internal('shop', 'order of bolt'), client('shop', CHARGE)),
    parent(4, 'grpc', client('shop', CHARGE), server('ledger', CHARGE)),
  ],
  keeps: [charged('acme'), charged('bolt')],
  cause: 'tenant-changed',
};
