import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import * as fc from 'fast-check'
import { describe, expect, it, vi } from 'vitest'
import { demoMessages, everyPage, hrefOf, placeAt, places } from './places'

// The icons are drawn in browsers only; here it is enough that each is something.
vi.mock(
  'lucide-react',
  () => new Proxy({}, { has: (_, name) => name !== 'then', get: (_, name) => (name === 'then' ? undefined : name) }),
)

const root = path.resolve(import.meta.dirname, '../..')

describe('the table of pages', () => {
  it.each(places)('$id stands where its route says', ({ route }) => {
    expect(existsSync(path.join(root, 'app', route, 'page.tsx'))).toBe(true)
  })

  it('gives each page an id, and each entry of the rail a key, of its own', () => {
    expect(new Set(places.map(({ id }) => id)).size).toBe(places.length)
    const keys = places.flatMap(({ rail }) => (rail ? [rail.key] : []))
    expect(new Set(keys).size).toBe(keys.length)
    for (const { under } of places) expect(places.find(({ id }) => id === under)?.rail).not.toBeNull()
  })

  it('finds each page again by the address that it gives, whatever the names are', () => {
    const name = fc.string({ minLength: 1 }).filter((text) => text.isWellFormed())
    fc.assert(
      fc.property(fc.constantFrom(...places), name, name, name, (place, cluster, namespace, set) => {
        const given = { cluster, namespace, name: set }
        const found = placeAt(hrefOf(place, given))
        expect(found?.place.id).toBe(place.id)
        expect(given).toMatchObject(found?.parameters ?? {})
      }),
    )
  })

  it('says of a path outside of all that it is no page', () => {
    for (const pathname of ['/', '/clusters', '/clusters/', '/clusters/a/nowhere', '/clusters/a/runbooks/R01'])
      expect(placeAt(pathname), pathname).toBeNull()
  })

  it('leads from a set to its namespace', () => {
    const here = placeAt('/clusters/prod%20eu/namespaces/shop/statefulsets/db')
    expect(here?.place.trail(here.parameters)).toEqual([
      { text: 'shop', href: '/clusters/prod%20eu?namespace=shop' },
      { text: 'db', href: null },
    ])
  })
})

/** Every file of ours that a module brings along, itself included. */
function modulesOf(file: string, known = new Set<string>()): Set<string> {
  if (known.has(file)) return known
  known.add(file)
  const text = readFileSync(file, 'utf8')
  for (const [, source = ''] of text.matchAll(/^(?:import|export)(?! type)[^'"]*from '([./@][^']*)'/gm)) {
    const target = source.startsWith('@/') ? path.join(root, source.slice(2)) : path.join(path.dirname(file), source)
    const found = [`${target}.tsx`, `${target}.ts`].find((each) => existsSync(each))
    if (found) modulesOf(found, known)
  }
  return known
}

const everywhere = [...everyPage, ...demoMessages]
const isEverywhere = (spoken: string) => everywhere.some((each) => each === spoken || spoken.startsWith(`${each}.`))

/** The parts of the catalogue that the components of some modules speak with. */
function spokenBy(files: Iterable<string>): Set<string> {
  const texts = [...files].map((file) => readFileSync(file, 'utf8'))
  return new Set(
    texts.flatMap((text) => [...text.matchAll(/useTranslations\('([\w.-]+)/g)].map(([, namespace = '']) => namespace)),
  )
}

describe('the messages that a page is sent', () => {
  it.each(places)('$id has all that its components speak with, and nothing else', ({ route, messages }) => {
    const spoken = spokenBy(modulesOf(path.join(root, 'app', route, 'page.tsx')))
    const first = (keys: readonly string[]) => [...new Set(keys.map((each) => each.split('.')[0]))].sort()
    expect(first(messages)).toEqual(first([...spoken].filter((each) => !isEverywhere(each))))
  })

  it('beside those of every page, whose frame has all that it speaks with', () => {
    const layouts = ['app/layout.tsx', 'app/clusters/[cluster]/layout.tsx', 'app/error.tsx', 'app/not-found.tsx']
    const spoken = spokenBy(layouts.flatMap((file) => [...modulesOf(path.join(root, file))]))
    expect([...spoken].filter((each) => !isEverywhere(each))).toEqual([])
  })
})
