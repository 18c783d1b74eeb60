import type { JSX } from 'react';

import type { ITabProps } from '../context';

/** To come. */
export default function Tab({ snapshot }: ITabProps): JSX.Element {
  return <p>{snapshot.row.name}</p>;
}
