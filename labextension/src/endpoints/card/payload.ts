/**
 * What a notebook holds of an endpoint.
 */

import { payloadOf } from '../../nouns/payload';
import type { IPayload } from '../../nouns/payload';
import type { IEndpointSnapshot } from '../../wire';

/** Return what an output says of an endpoint; null if it says nothing that can be understood. */
export function endpointPayload(data: unknown): IPayload<IEndpointSnapshot> | null {
  const isNamed = typeof data === 'object' && data !== null && 'endpoint' in data;
  return payloadOf('EndpointSnapshot', isNamed ? { ...data, snapshot: data.endpoint } : data);
}
