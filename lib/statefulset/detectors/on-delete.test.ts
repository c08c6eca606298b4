import { describe, expect, it } from 'vitest'
import { exampleObjects, examplePod, exampleSet } from '@/test/fixtures/example-objects'
import { find, ids, twoRevisions } from '@/test/fixtures/findings'

describe('OnDelete: pods left at the old revision', () => {
  it('are told by the pods, whatever the status says', () => {
    const set = exampleSet({ updateStrategy: { type: 'OnDelete', rollingUpdate: null } }, { updateRevision: 'web-2' })
    const pods = [0, 1, 2].map((n) => examplePod(set, n, { revision: n === 0 ? 'web-2' : 'web-1' }))
    expect(find(exampleObjects(set, { pods, revisions: twoRevisions(set) }), 'on-delete')).toMatchObject({
      ordinals: [1, 2],
      params: { count: 2, total: 3 },
    })
    expect(ids(exampleObjects(set, { revisions: twoRevisions(set) }))).not.toContain('on-delete')
  })
})
