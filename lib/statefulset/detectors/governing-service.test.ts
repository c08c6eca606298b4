import { describe, expect, it } from 'vitest'
import type { SetObjects } from '@/lib/statefulset/model/objects'
import { exampleObjects, examplePod, exampleService, exampleSet } from '@/test/fixtures/example-objects'
import { find } from '@/test/fixtures/findings'

describe('the governing Service', () => {
  const set = exampleSet()
  const problem = (changes: Partial<SetObjects>, of = set) =>
    find(exampleObjects(of, changes), 'governing-service')?.params.problem
  it('is missing, unnamed, not headless, selects nothing, or is not the one of the pods', () => {
    expect(problem({ service: null })).toBe('missing')
    expect(problem({ service: null }, exampleSet({ serviceName: '' }))).toBe('noName')
    expect(problem({ service: exampleService('web', { clusterIP: '10.0.0.9' }) })).toBe('notHeadless')
    expect(problem({ service: exampleService('web', { selector: { app: 'wep' } }) })).toBe('selectsNothing')
    const pods = [0, 1, 2].map((n) => examplePod(set, n, n === 1 ? { spec: { subdomain: 'old' } } : {}))
    expect(find(exampleObjects(set, { pods }), 'governing-service')).toMatchObject({
      ordinals: [1],
      params: { problem: 'otherSubdomain' },
    })
  })
  it('asks for nobody where the set names none: the field is optional', () => {
    const of = exampleSet({ serviceName: '' })
    expect(find(exampleObjects(of, { service: null }), 'governing-service')?.severity).toBe('info')
    expect(find(exampleObjects(set, { service: null }), 'governing-service')?.severity).toBe('warning')
  })
  it('is no problem when it fits, or cannot be seen', () => {
    expect(problem({})).toBeUndefined()
    expect(problem({ service: null, unknown: { services: 'list services' } })).toBeUndefined()
  })
})
