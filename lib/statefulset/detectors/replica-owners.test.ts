import { describe, expect, it } from 'vitest'
import { viewOf } from '@/lib/statefulset/view/build-view'
import { readCase } from '@/test/fixtures/cases'
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
  it('is found for an autoscaler alone, as something to know: whoever wrote before it lost the field', () => {
    const { objects, now } = readCase('E6')
    const { problems } = viewOf(objects, { cluster: 'cases', now }).view
    expect(problems?.find((each) => each.runbook === 'replica-owners')).toMatchObject({
      alias: 'R19',
      severity: 'info',
      params: { managers: 'kube-controller-manager', count: 1 },
      since: '2026-11-20T11:58:00Z',
    })
    expect(ids(exampleObjects(managed(['keda-operator', 'Update', null])))).toContain('replica-owners')
  })
  it('is not found for one owner that only writes when told, or for people alone', () => {
    expect(ids(exampleObjects(managed(['kubectl', 'Apply', null])))).not.toContain('replica-owners')
    expect(ids(exampleObjects(managed(['helm', 'Update', null])))).not.toContain('replica-owners')
    expect(ids(exampleObjects(managed(['argocd-controller', 'Apply', null])))).not.toContain('replica-owners')
    expect(ids(exampleObjects(managed(['kubectl', 'Update', 'scale'])))).not.toContain('replica-owners')
    expect(
      ids(exampleObjects(managed(['kubectl-create', 'Update', null], ['kubectl', 'Update', 'scale']))),
    ).not.toContain('replica-owners')
  })
})
