'use client'

import { CircleHelp, type LucideIcon } from 'lucide-react'
import Link from 'next/link'
import { usePathname, useRouter } from 'next/navigation'
import { useTranslations } from 'next-intl'
import { useState, type ReactNode } from 'react'
import { useKeys } from '@/components/ui/keys'
import { Mark } from '@/components/ui/mark'
import { FrozenClock, useNow } from '@/lib/browser/now'
import type { ConnectionState, ResourceReports, TopicFailure } from '@/lib/contract/stream'
import { useClusterScope } from './cluster-context'
import { ConnectionBanner } from './connection-banner'
import { DemoBanner } from './demo/banner'
import { Caption } from './demo/caption'
import { freshness, frozenAt } from './freshness'
import { HelpDialog } from './help-dialog'
import { hrefOf, pages, placeAt, places } from './places'
import { TopBar } from './top-bar'

/**
 * What the shell shows of the cluster; `lastSign` is when its stream last said anything (ms), null before it did,
 * `failure` why it says nothing.
 */
export type ShellStatus = {
  connection: ConnectionState
  kinds: ResourceReports | null
  lastSign: number | null
  failure: TopicFailure | null
}

/**
 * Around every page of a cluster: rail, top bar, banners. While the page is not live the clocks inside it stand still
 * and the data lies under a hatch.
 */
export function Shell(props: {
  status: ShellStatus
  /** The page itself says that there is no connection. */
  failed?: boolean
  children: ReactNode
}) {
  const t = useTranslations('shell')
  const router = useRouter()
  const [help, setHelp] = useState(false)
  const { cluster, clusters } = useClusterScope()
  const { connection, lastSign, kinds, failure } = props.status
  const now = useNow()
  const [painted] = useState(now)
  const fresh = freshness(connection, lastSign ?? painted, now, failure)
  const frozen = frozenAt(fresh)
  const links = useLinks(cluster)
  useKeys({
    '?': () => setHelp(true),
    ...Object.fromEntries(links.map(({ key, href }) => [key, () => router.push(href)])),
  })
  return (
    <div className="tablet:pl-[72px]">
      <a
        href="#content"
        className="skip-link z-50 rounded-control bg-primary px-3 py-2 font-strong text-on-primary no-underline"
      >
        {t('skip')}
      </a>
      <nav
        aria-label={t('nav.label')}
        className="fixed inset-y-0 left-0 z-30 hidden w-[72px] flex-col items-center border-r border-line bg-page py-3 tablet:flex"
      >
        <Link href={pages.overview(cluster)} aria-label={t('product')} className="mb-4 rounded-control">
          <Mark size={30} />
        </Link>
        {links.map((link) => (
          <RailLink key={link.href} link={link} />
        ))}
        <button
          type="button"
          onClick={() => setHelp(true)}
          className="mt-auto flex w-full flex-col items-center gap-1 py-2 text-micro text-muted -outline-offset-2 hover:text-ink"
        >
          <CircleHelp aria-hidden size={18} strokeWidth={1.75} />
          {t('nav.help')}
        </button>
      </nav>
      <div className="flex min-h-dvh flex-col pb-[76px] tablet:pb-0">
        {connection.demo ? <DemoBanner cluster={cluster} /> : null}
        <TopBar cluster={cluster} clusters={clusters} connection={connection} fresh={fresh} trail={<Trail />} />
        <main id="content" tabIndex={-1} className="flex-1 px-4 pt-5 pb-8 outline-none tablet:px-7">
          {props.failed ? null : <ConnectionBanner fresh={fresh} connection={connection} kinds={kinds} />}
          {connection.demo ? <Caption cluster={cluster} /> : null}
          <WayUp cluster={cluster} />
          <FrozenClock at={frozen}>
            <div
              data-stale={frozen === null ? undefined : ''}
              className={frozen === null ? '' : '-mx-2 rounded-control px-2 hatch'}
            >
              {props.children}
            </div>
          </FrozenClock>
        </main>
      </div>
      <nav
        aria-label={t('nav.label')}
        className="fixed inset-x-0 bottom-0 z-30 flex border-t border-line bg-panel pb-[env(safe-area-inset-bottom)] tablet:hidden"
      >
        {links.map((link) => (
          <RailLink key={link.href} link={link} bar />
        ))}
        <button
          type="button"
          onClick={() => setHelp(true)}
          className="flex flex-1 flex-col items-center gap-1.5 py-3 text-micro text-muted -outline-offset-2"
        >
          <CircleHelp aria-hidden size={20} strokeWidth={1.75} />
          {t('nav.help')}
        </button>
      </nav>
      <HelpDialog open={help} onOpenChange={setHelp} />
    </div>
  )
}

type RailEntry = { href: string; label: string; current: boolean; icon: LucideIcon; key: string }

function useLinks(cluster: string): RailEntry[] {
  const t = useTranslations()
  const here = placeAt(usePathname())?.place
  return places.flatMap((place) =>
    place.rail
      ? {
          href: hrefOf(place, { cluster }),
          label: t(`${place.id}.place.label`),
          current: here?.under === place.id,
          ...place.rail,
        }
      : [],
  )
}

function RailLink(props: { link: RailEntry; bar?: boolean }) {
  const { href, label, current, icon: Icon } = props.link
  const edge = props.bar ? 'inset-x-6 -top-px h-0.5' : 'inset-y-1 -right-px w-0.5'
  return (
    <Link
      href={href}
      aria-current={current ? 'page' : undefined}
      className={`relative flex flex-col items-center text-micro no-underline -outline-offset-2 transition-colors hover:text-ink ${props.bar ? 'flex-1 gap-1.5 py-3' : 'w-full gap-1 py-2'} ${current ? 'font-heavy text-ink' : 'text-muted'}`}
    >
      <Icon aria-hidden size={props.bar ? 20 : 18} strokeWidth={1.75} />
      {label}
      {current ? <span aria-hidden className={`absolute bg-ink forced-colors:bg-[Highlight] ${edge}`} /> : null}
    </Link>
  )
}

/** What leads to the page that is shown, where the top bar has no room to say where one is. */
function WayUp(props: { cluster: string }) {
  const t = useTranslations()
  const here = placeAt(usePathname())
  const outer = here?.place.trail(here.parameters).slice(0, -1) ?? []
  const above = places.find((place) => place.id === here?.place.under)
  if (outer.length === 0 || !above) return null
  const first = { text: t(`${above.id}.place.label`), href: hrefOf(above, props) }
  return (
    <nav aria-label={t('shell.breadcrumb')} className="mb-1.5 flex min-w-0 gap-1.5 text-muted phone:hidden">
      {[first, ...outer].map(({ text, href }, index) => (
        <span key={index} className="flex min-w-0 gap-1.5">
          {index === 0 ? null : <span aria-hidden>/</span>}
          <Link href={href ?? ''} lang={index === 0 ? undefined : 'en'} className="truncate text-muted no-underline">
            {text}
          </Link>
        </span>
      ))}
    </nav>
  )
}

function Trail() {
  const t = useTranslations()
  const here = placeAt(usePathname())
  const trail = here?.place.trail(here.parameters) ?? []
  return (
    <ol className="flex min-w-0 items-center">
      {trail.map((crumb, index) => {
        const last = index === trail.length - 1
        const words = crumb.text ?? t(`${here?.place.id}.place.label`)
        const lang = crumb.text === null ? undefined : 'en'
        return (
          <li key={index} className="flex min-w-0 items-center">
            <span aria-hidden className="mx-2 text-muted">
              /
            </span>
            {last || crumb.href === null ? (
              <span aria-current={last ? 'page' : undefined} lang={lang} className="truncate font-semibold">
                {words}
              </span>
            ) : (
              <Link href={crumb.href} lang={lang} className="truncate text-muted no-underline hover:text-ink">
                {words}
              </Link>
            )}
          </li>
        )
      })}
    </ol>
  )
}
