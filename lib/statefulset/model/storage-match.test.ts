import fc from 'fast-check'
import { expect, it } from 'vitest'
import { examplePod, exampleSet } from '@/test/fixtures/example-objects'
import { templatesWithoutVolume } from './storage-match'

const template = exampleSet().spec.claimTemplates[0]
if (!template) throw new Error('the example set has no claim template')
const setWith = (names: readonly string[]) =>
  exampleSet({ claimTemplates: names.map((name) => ({ ...template, name })) })
const podWith = (claims: readonly { volume: string; claim: string }[], ordinal = 1) => {
  const pod = examplePod(exampleSet(), ordinal)
  return { ...pod, spec: { ...pod.spec, claims } }
}
const mounts = (names: readonly string[], ordinal = 1) =>
  names.map((name) => ({ volume: name, claim: `${name}-web-${ordinal}` }))

it.each([
  ['all of them', ['data', 'wal'], mounts(['data', 'wal']), []],
  ['a template that was added later', ['data', 'wal'], mounts(['data']), ['wal']],
  ['the claim of another ordinal', ['data'], mounts(['data'], 2), ['data']],
  ['the right claim under another volume name', ['data'], [{ volume: 'disk', claim: 'data-web-1' }], ['data']],
  ['the claim of another set', ['data'], [{ volume: 'data', claim: 'data-db-1' }], ['data']],
  ['volumes of its own beside', ['data'], [...mounts(['data']), { volume: 'cache', claim: 'shared' }], []],
  ['no template at all', [], mounts(['data']), []],
])('a pod has a volume for each template or not: %s', (_what, templates, claims, missing) => {
  expect(templatesWithoutVolume(setWith(templates), 1, podWith(claims))).toEqual(missing)
})

it('exactly those templates are missing whose volume is not there, whatever else the pod mounts', () => {
  const name = fc.constantFrom('data', 'wal', 'a-b', 'constructor', 'web')
  const names = fc.uniqueArray(name, { maxLength: 5 })
  const others = fc.array(fc.record({ volume: fc.constantFrom('x', 'cache', 'tmp'), claim: fc.string() }), {
    maxLength: 3,
  })
  fc.assert(
    fc.property(names, names, others, fc.nat(20), (templates, mounted, more, ordinal) => {
      const set = setWith(templates)
      const claims = [...more, ...mounts(mounted, ordinal)]
      const missing = templatesWithoutVolume(set, ordinal, podWith(claims, ordinal))
      expect(missing).toEqual(templates.filter((each) => !mounted.includes(each)))
      // What the controller would have to add is what then lacks nothing, and the order of volumes means nothing.
      const whole = [...mounts(missing, ordinal), ...claims].reverse()
      expect(templatesWithoutVolume(set, ordinal, podWith(whole, ordinal))).toEqual([])
      // The same volumes are those of no other ordinal.
      expect(templatesWithoutVolume(set, ordinal + 1, podWith(claims, ordinal + 1))).toEqual(templates)
    }),
  )
})
