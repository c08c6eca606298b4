'use client'

import { useTranslations } from 'next-intl'
import type { OrdinalView, StatefulSetView } from '@/lib/statefulset/model/view'
import { Code, Fact, Facts, Part } from './facts'

/** The names by which its peers find the ordinal, and what the Service says of it. */
export function PeerPart(props: { view: StatefulSetView; one: OrdinalView }) {
  const t = useTranslations('set')
  const { view, one } = props
  const { hostname, endpoint, srv } = one.peer
  const mark = endpoint?.ready ? 'ready' : endpoint?.serving ? 'serving' : 'behind'
  return (
    <Part title={t('ladder.peers')}>
      <Facts aligned>
        <Fact name={t('drawer.dns')}>{hasDnsName(hostname) ? <Code>{hostname}</Code> : t('drawer.noDns')}</Fact>
        <Fact name={t('drawer.slice')}>
          {endpoint
            ? `${endpoint.address} · ${t(`peer.slice.${mark}`)}`
            : (view.unknown.endpointslices ?? t('peer.slice.absent'))}
        </Fact>
        <Fact name={t('drawer.srv')}>
          {srv.length === 0 ? (
            (view.unknown.services ?? t(`drawer.noSrv.${whyNoSrv(view, one)}`))
          ) : (
            <span className="flex flex-col">
              {srv.map((record) => (
                <Code key={`${record.port} ${record.target}`}>
                  {`${record.priority} ${record.weight} ${record.port} ${record.target}`}
                </Code>
              ))}
              <span className="text-small text-muted">{t('drawer.srvNote')}</span>
            </span>
          )}
        </Fact>
      </Facts>
    </Part>
  )
}

/** A pod of a set without a governing Service has a hostname only. */
const hasDnsName = (hostname: string) => hostname.includes('.')

/** Why DNS answers no SRV record with this ordinal: the first reason that holds. */
function whyNoSrv({ service }: StatefulSetView, { pod }: OrdinalView) {
  if (service.name === '') return 'unnamed'
  if (!service.exists) return 'missing'
  if (!service.headless) return 'not-headless'
  if (!pod) return 'no-pod'
  return pod.ready || service.publishNotReadyAddresses ? 'other' : 'not-ready'
}
