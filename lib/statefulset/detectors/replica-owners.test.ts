import { describe, expect, it } from 'vitest'
import { at, exampleObjects, exampleSet } from '@/test/fixtures/example-objects'
import { find, ids } from '@/test/fixtures/findings'

describe('several owners of the replica count', () => {
  const managed = (...managers: [string, string, string | null][]) => ({
    ...exampleSet(),
    replicasManagers: managers.map(([manager, operation, subresource]) => ({
      manager,
      operation,
      subresource,
      time: at(-60),
    })),
  })
  it('is found for an autoscaler beside somebody else, and for a server-side apply', () => {
    expect(
      find(
        exampleObjects(
          managed(['kube-controller-manager', 'Update', 'scale'], ['kubectl-client-side-apply', 'Update', null]),
        ),
        'replica-owners',
      ),
    ).toMatchObject({ params: { count: 2 } })
    expect(
      ids(exampleObjects(managed(['argocd-controller', 'Apply', null], ['kubectl', 'Update', 'scale']))),
    ).toContain('replica-owners')
  })
  it('is not found for one owner, or for people alone', () => {
    expect(ids(exampleObjects(managed(['kube-controller-manager', 'Update', 'scale'])))).not.toContain('replica-owners')
    expect(
      ids(exampleObjects(managed(['kubectl-create', 'Update', null], ['kubectl', 'Update', 'scale']))),
    ).not.toContain('replica-owners')
  })
})
