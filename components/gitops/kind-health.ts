/**
 * Health check of custom resource definitions, in Lua 5.1 (argocd-cm, key
 * `resource.customizations.health.apiextensions.k8s.io_CustomResourceDefinition`).
 *
 * Argo CD's own one calls a definition Degraded that is not established yet, which takes the API server some seconds
 * (argo-cd resource_customizations/apiextensions.k8s.io/CustomResourceDefinition/health.lua). An add-on with definitions
 * would be Degraded right after its first sync, and the root application's wave would fail instead of waiting.
 */
export const kindHealth = `local health = { status = "Progressing", message = "waiting for the API server to serve the kind" }
if obj.status == nil or obj.status.conditions == nil then
  return health
end
for _, condition in ipairs(obj.status.conditions) do
  if condition.type == "NamesAccepted" and condition.status == "False" then
    return { status = "Degraded", message = condition.message }
  end
  if condition.type == "Established" and condition.status == "True" then
    health = { status = "Healthy", message = "" }
  end
end
return health
`;
