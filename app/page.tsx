import { cookies } from 'next/headers'
import { redirect } from 'next/navigation'
import { ConnectionFailed } from '@/components/connection/connection-failed'
import { BarePage } from '@/components/shell/bare-page'
import { lastClusterCookie } from '@/components/shell/last-cluster'
import { clusterEntries, firstCluster } from '@/lib/live/clusters'
import { pages } from '@/components/shell/places'

/** To the cluster that was used last, else to the one that opens first, else to what was looked for. */
export default async function Home() {
  const last = (await cookies()).get(lastClusterCookie)?.value
  const entries = clusterEntries()
  const known = entries.find((entry) => entry.id === last && entry.broken === null)
  if (known) redirect(pages.overview(known.id))
  const first = firstCluster()
  if ('id' in first) redirect(pages.overview(first.id))
  return (
    <BarePage>
      <ConnectionFailed
        name={null}
        problem={first.problem}
        automatic={false}
        others={entries.map(({ id, name }) => ({ id, name }))}
      />
    </BarePage>
  )
}
