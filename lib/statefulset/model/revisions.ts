/**
 * Whether some pods do not run the update revision. The pods decide, not the two revisions of the status: with OnDelete
 * the controller never promotes `currentRevision` before kubernetes/kubernetes#136833, and after a revert of a template
 * both are the same while a pod still runs the bad one.
 */
export function runsSeveralRevisions(replicas: { created: number; updated: number }): boolean {
  return replicas.updated < replicas.created
}
