'use client'

import { useTranslations } from 'next-intl'
import { parseAsInteger, parseAsStringLiteral, useQueryStates } from 'nuqs'
import { useCallback, useRef, type ReactNode } from 'react'
import { EvidenceButton, OrdinalButtons, OrdinalMenu, ScaleButton } from '@/components/actions/action-buttons'
import { UnfinishedScale } from '@/components/actions/scale/unfinished-scale'
import { SetActions } from '@/components/actions/set-actions'
import { AskAll } from '@/components/ask/ask-all'
import { AskConsole } from '@/components/ask/console'
import { ConnectionFailed } from '@/components/connection/connection-failed'
import { EventList } from '@/components/events/event-list'
import { OrdinalDrawer } from '@/components/ladder/drawer'
import { Ladder } from '@/components/ladder/ladder'
import { OrdinalNow } from '@/components/ladder/ordinal-now'
import { Sentence } from '@/components/ladder/sentence'
import { ServiceLine } from '@/components/ladder/service-line'
import { NoOrdinal } from '@/components/ladder/no-ordinal'
import { NoSet } from '@/components/ladder/no-set'
import { SetHeader } from '@/components/ladder/set-header'
import { UnreadableObjects } from '@/components/ladder/unreadable-objects'
import { PeersTab } from '@/components/peers/peers-tab'
import { LogView } from '@/components/logs/log-view'
import { useClusterScope } from '@/components/shell/cluster-context'
import { EmptyStage } from '@/components/shell/demo/empty-stage'
import { Shell } from '@/components/shell/shell'
import { useKeys } from '@/components/ui/keys'
import { TabPanel, Tabs } from '@/components/ui/tabs'
import { ObjectYaml, type YamlObject } from '@/components/yaml/object-yaml'
import { useSet } from '@/lib/browser/live'
import type { SetSnapshot } from '@/lib/contract/stream'
import type { OrdinalView, StatefulSetView } from '@/lib/statefulset/model/view'

const drawerTabs = ['now', 'ask', 'logs', 'events', 'yaml'] as const
const pageTabs = ['ladder', 'peers', 'events', 'yaml'] as const
const query = {
  ordinal: parseAsInteger,
  open: parseAsStringLiteral(drawerTabs).withDefault('now'),
  tab: parseAsStringLiteral(pageTabs).withDefault('ladder'),
}

/** A set ordinal by ordinal, live, with one ordinal open beside it. */
export function SetPage(props: { cluster: string; namespace: string; name: string; first: SetSnapshot }) {
  const { cluster, namespace, name } = props
  const { snapshot, lastSign, failure: told } = useSet(cluster, namespace, name, props.first)
  const { clusters } = useClusterScope()
  const { connection, kinds, view } = snapshot
  const failure = told ?? snapshot.failure ?? null
  const failed = connection.state === 'error' && connection.error && !view
  return (
    <SetActions
      cluster={cluster}
      namespace={namespace}
      view={view}
      connection={connection}
      lastSign={lastSign}
      failure={failure}
    >
      <Shell status={{ connection, kinds, lastSign, failure }}>
        {failed ? (
          <ConnectionFailed
            name={connection.name}
            problem={connection.error ?? { code: 'other', message: '', tried: '' }}
            automatic
            others={clusters.filter((each) => each.id !== cluster)}
          />
        ) : view ? (
          <OpenSet cluster={cluster} view={view} />
        ) : (
          <Absent
            mayBeStage={connection.demo && kinds.statefulsets.state === 'live' && failure === null}
            cluster={cluster}
            namespace={namespace}
            name={name}
          >
            <NoSet
              cluster={cluster}
              namespace={namespace}
              name={name}
              report={kinds.statefulsets}
              failed={failure !== null}
              yaml={
                <ObjectYaml
                  cluster={cluster}
                  objects={[{ kind: 'statefulsets', label: 'StatefulSet', namespace, name }]}
                />
              }
            />
          </Absent>
        )}
      </Shell>
    </SetActions>
  )
}

/** Where there is no view of the set; the demo has words of its own for the one that its scenarios play on. */
function Absent(props: { mayBeStage: boolean; cluster: string; namespace: string; name: string; children: ReactNode }) {
  const { mayBeStage, ...where } = props
  return mayBeStage ? <EmptyStage {...where} /> : props.children
}

function OpenSet(props: { cluster: string; view: StatefulSetView }) {
  const t = useTranslations('set')
  const { cluster, view } = props
  const [{ ordinal, open, tab }, setQuery] = useQueryStates(query, { history: 'replace', shallow: true })
  const index = view.ordinals.findIndex((one) => one.ordinal === ordinal)
  const selected = view.ordinals[index]
  // The first opening is a step of its own in the history, so that Back closes the drawer; what changes in it is not.
  const stepped = useRef(false)
  const show = useCallback(
    (next: { ordinal: number | null; open?: (typeof drawerTabs)[number] }) => {
      if (next.ordinal === null) return
      const first = ordinal === null
      if (first) stepped.current = true
      void setQuery(next, { history: first ? 'push' : 'replace' })
    },
    [ordinal, setQuery],
  )
  const close = useCallback(() => {
    if (stepped.current) history.back()
    else void setQuery({ ordinal: null, open: null })
    stepped.current = false
  }, [setQuery])
  const select = useCallback(
    (next: number | null) => (next === null ? close() : show({ ordinal: next })),
    [close, show],
  )
  const focused = () => {
    const row = document.activeElement?.closest<HTMLElement>('[data-ordinal]')?.dataset.ordinal
    return row === undefined ? (ordinal ?? view.ordinals[0]?.ordinal ?? null) : Number(row)
  }
  useKeys({
    l: () => show({ ordinal: focused(), open: 'logs' }),
    e: () => show({ ordinal: focused(), open: 'events' }),
    y: () => show({ ordinal: focused(), open: 'yaml' }),
  })
  const neighbour = (by: 1 | -1) => {
    const next = view.ordinals[index + by]
    return next ? () => select(next.ordinal) : undefined
  }
  return (
    <>
      <SetHeader view={view} actions={<ScaleButton view={view} />} />
      <div className="mt-1.5">
        <ServiceLine view={view} />
      </div>
      <UnreadableObjects view={view} />
      <UnfinishedScale view={view} />
      <NoOrdinal view={view} ordinal={ordinal} />
      <Sentence view={view} actions={<EvidenceButton view={view} />} />
      <div className="mt-5">
        <Tabs
          value={tab}
          onChange={(next) => void setQuery({ tab: next })}
          label={t('tabs.label')}
          tabs={pageTabs.map((value) => ({ value, label: t(`tabs.${value}`) }))}
        >
          <TabPanel value="ladder">
            <Ladder view={view} selected={ordinal} onSelect={select} menu={(one) => <OrdinalMenu ordinal={one} />} />
          </TabPanel>
          <TabPanel value="peers">
            <PeersTab cluster={cluster} view={view} />
            <AskAll cluster={cluster} view={view} />
          </TabPanel>
          <TabPanel value="events">
            <EventList cluster={cluster} namespace={view.namespace} set={view.name} />
          </TabPanel>
          <TabPanel value="yaml">
            <ObjectYaml cluster={cluster} objects={setObjects(view)} />
          </TabPanel>
        </Tabs>
      </div>
      {selected ? (
        <OrdinalDrawer
          ordinal={selected}
          tab={open}
          onTab={(next) => void setQuery({ open: next })}
          onClose={close}
          onPrevious={neighbour(-1)}
          onNext={neighbour(1)}
          actions={selected.pod ? <OrdinalButtons ordinal={selected} /> : undefined}
        >
          <TabPanel value="now">
            <OrdinalNow view={view} ordinal={selected} />
          </TabPanel>
          <TabPanel value="ask">
            {selected.pod ? (
              <AskConsole
                key={selected.pod.uid}
                cluster={cluster}
                namespace={view.namespace}
                set={view.name}
                pod={selected.name}
                uid={selected.pod.uid}
                ports={targetPorts(view)}
              />
            ) : (
              <p className="py-3 text-muted">{t('logs.noPod')}</p>
            )}
          </TabPanel>
          <TabPanel value="logs">
            {selected.pod ? (
              <LogView
                cluster={cluster}
                namespace={view.namespace}
                pod={selected.name}
                uid={selected.pod.uid}
                containers={selected.pod.containers}
              />
            ) : (
              <p className="py-3 text-muted">{t('logs.noPod')}</p>
            )}
          </TabPanel>
          <TabPanel value="events">
            <EventList cluster={cluster} namespace={view.namespace} set={view.name} ordinal={selected.ordinal} />
          </TabPanel>
          <TabPanel value="yaml">
            <ObjectYaml key={selected.ordinal} cluster={cluster} objects={ordinalObjects(view.namespace, selected)} />
          </TabPanel>
        </OrdinalDrawer>
      ) : null}
    </>
  )
}

/** The ports that the Service leads to, where it tells their numbers. */
function targetPorts({ service }: StatefulSetView): number[] {
  return service.ports.flatMap(({ targetPort }) => (/^\d+$/.test(targetPort) ? Number(targetPort) : []))
}

function setObjects(view: StatefulSetView): YamlObject[] {
  const { namespace, name, service, revisions } = view
  const hashes = [...new Set([revisions.update, revisions.current])].filter((revision) => revision !== '')
  return [
    { kind: 'statefulsets', label: 'StatefulSet', namespace, name },
    ...(service.exists ? [{ kind: 'services' as const, label: 'Service', namespace, name: service.name }] : []),
    ...hashes.map((revision) => ({
      kind: 'controllerrevisions' as const,
      label: hashes.length > 1 ? revision : 'ControllerRevision',
      namespace,
      name: revision,
    })),
  ]
}

function ordinalObjects(namespace: string, one: OrdinalView): YamlObject[] {
  return [
    ...(one.pod ? [{ kind: 'pods' as const, label: 'Pod', namespace, name: one.name }] : []),
    ...one.claims.flatMap((claim) => [
      ...(claim.exists
        ? [{ kind: 'persistentvolumeclaims' as const, label: claim.name, namespace, name: claim.name }]
        : []),
      ...(claim.volume
        ? [{ kind: 'persistentvolumes' as const, label: claim.volume.name, namespace: '', name: claim.volume.name }]
        : []),
    ]),
    ...(one.node?.exists ? [{ kind: 'nodes' as const, label: one.node.name, namespace: '', name: one.node.name }] : []),
  ]
}
