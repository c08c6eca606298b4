/** Remembers in this browser which cluster was looked at last, so that `/` goes there. */
export const lastClusterCookie = 'ordinal-cluster'
