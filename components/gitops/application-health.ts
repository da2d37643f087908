/**
 * Health check of Argo CD's own Application resource, in Lua 5.1 (argocd-cm, key
 * `resource.customizations.health.argoproj.io_Application`).
 *
 * Argo CD has had none since 1.8, so that sync waves of an app of apps do not wait for the applications in them
 * (argo-cd docs/operator-manual/health.md, "Argocd App"; argoproj/argo-cd#3781). The documented check alone passes on a
 * verdict that is older than the application's present source, or that was reached before its last sync ended
 * (argoproj/argo-cd#5585, #29649). Both are guarded here: such a verdict counts as Progressing.
 *
 * Argo CD opens only Lua's base and table libraries for it (argo-cd util/lua/lua.go).
 */
export const applicationHealth = `local function equal(left, right)
  if type(left) ~= "table" or type(right) ~= "table" then
    return left == right
  end
  for key, value in pairs(left) do
    if not equal(value, right[key]) then
      return false
    end
  end
  for key in pairs(right) do
    if left[key] == nil then
      return false
    end
  end
  return true
end

local health = { status = "Progressing", message = "" }
local status = obj.status
if status == nil or status.health == nil or status.health.status == nil then
  health.message = "waiting for the first assessment"
  return health
end

local compared = status.sync and status.sync.comparedTo
if compared ~= nil then
  local current = equal(obj.spec.source, compared.source)
  if obj.spec.sources ~= nil then
    current = equal(obj.spec.sources, compared.sources)
  end
  if not current then
    health.message = "waiting for an assessment of the present source"
    return health
  end
end

local operation = status.operationState
if obj.operation ~= nil or (operation ~= nil and operation.phase == "Running") then
  health.message = "waiting for the running sync"
  return health
end
if operation ~= nil and operation.finishedAt ~= nil then
  if status.reconciledAt == nil or status.reconciledAt < operation.finishedAt then
    health.message = "waiting for an assessment after the last sync"
    return health
  end
end

health.status = status.health.status
if status.health.message ~= nil then
  health.message = status.health.message
end
return health
`;
