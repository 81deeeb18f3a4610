// The caller's side of a negotiation: offers the wanted amount, then accepts what the ledger can hold if that is enough.
import type { BidiCall } from '@trace-mesh/runtime/grpc-client-streams';
import type { NegotiateRequestInput } from './generated/mesh/ledger/v1/NegotiateRequest.ts';
import type { NegotiateResponse } from './generated/mesh/ledger/v1/NegotiateResponse.ts';

/** Amounts in integer micro-USD. */
export interface NegotiationRequest {
  tenantId: string;
  taskId: string;
  wantedMicroUsd: number;
  /** The least amount that is of use to the caller. */
  minimumMicroUsd: number;
}

/** The agreed and reserved amount. */
export interface Bargain {
  reservedMicroUsd: number;
  remainingMicroUsd: number;
  offers: number;
}

/** Negotiates over an open call; undefined, without a reservation, if the ledger holds less than the minimum. */
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
  // Reads to the end, also after the agreement: leaving the loop would cancel the call.
  for await (const { holdsMicroUsd, reserved, remainingMicroUsd } of responses) {
    if (reserved) agreed = { reservedMicroUsd: holdsMicroUsd, remainingMicroUsd, offers };
    else if (holdsMicroUsd >= minimumMicroUsd) await offer(holdsMicroUsd, true);
    else end();
  }
  return agreed;
}
