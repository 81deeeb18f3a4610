// The caller's side of a negotiation: ask for what is wanted, take what the ledger holds, unless it is too little.
import type { BidiCall } from '@trace-mesh/runtime/grpc-client-streams';
import type { NegotiateRequestInput } from './generated/mesh/ledger/v1/NegotiateRequest.ts';
import type { NegotiateResponse } from './generated/mesh/ledger/v1/NegotiateResponse.ts';

/** Amounts in integer micro-USD. */
export interface NegotiationRequest {
  tenantId: string;
  taskId: string;
  wantedMicroUsd: number;
  /** With less than this the caller can do nothing. */
  minimumMicroUsd: number;
}

/** What was agreed, and set aside. */
export interface Bargain {
  reservedMicroUsd: number;
  remainingMicroUsd: number;
  /** How many offers it took. */
  offers: number;
}

/** Negotiates over an open call; undefined, with nothing reserved, where the ledger holds less than the minimum. */
export async function bargain(
  {
    send,
    end,
    responses,
  }: Pick<BidiCall<NegotiateRequestInput, NegotiateResponse>, 'send' | 'end' | 'responses'>,
  { tenantId, taskId, wantedMicroUsd, minimumMicroUsd }: NegotiationRequest,
): Promise<Bargain | undefined> {
  let offers = 0;
  const offer = async (offerMicroUsd: number, final: boolean) => {
    offers += 1;
    await send({ tenantId, taskId, offerMicroUsd, final });
  };
  await offer(wantedMicroUsd, false);
  let agreed: Bargain | undefined;
  // Read to the end, also after the deal: leaving early would be a cancellation.
  for await (const { holdsMicroUsd, reserved, remainingMicroUsd } of responses) {
    if (reserved) agreed = { reservedMicroUsd: holdsMicroUsd, remainingMicroUsd, offers };
    else if (holdsMicroUsd >= minimumMicroUsd) await offer(holdsMicroUsd, true);
    else end();
  }
  return agreed;
}
