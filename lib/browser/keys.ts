/** Where each snapshot lies in the query cache; the event stream writes there and nobody else. */
export const overviewKey = (cluster: string) => ['clusters', cluster, 'overview'] as const
export const setKey = (cluster: string, namespace: string, name: string) =>
  ['clusters', cluster, 'sets', namespace, name] as const
