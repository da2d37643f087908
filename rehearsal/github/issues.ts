import type { Issue, IssueComment, PullRequest, SimulatedRepository } from "./repository";
import { type Answer, type Call, invalid, notFound, ok, paged, type Route, textOf } from "./answer";

/**
 * Issues, which every pull request is one of, their comments and labels
 * (https://docs.github.com/en/rest/issues/issues, /comments and /labels).
 */
export const issueRoutes: readonly Route[] = [
  ["GET", /^\/issues$/, listIssues],
  ["POST", /^\/issues$/, createIssue],
  ["PATCH", /^\/issues\/(\d+)$/, updateIssue],
  ["GET", /^\/issues\/(\d+)\/labels$/, listLabels],
  ["GET", /^\/issues\/(\d+)\/comments$/, listComments],
  ["POST", /^\/issues\/(\d+)\/comments$/, createComment],
  ["PATCH", /^\/issues\/comments\/(\d+)$/, updateComment],
  ["DELETE", /^\/issues\/comments\/(\d+)$/, deleteComment],
  ["POST", /^\/labels$/, createLabel],
];

/** Longest body of an issue or a comment, in characters, counted here as UTF-16 does. */
const longestBody = 65_536;

function tooLong(resource: string, body: string | undefined): Answer | undefined {
  return (body ?? "").length <= longestBody
    ? undefined
    : invalid({
        resource,
        code: "unprocessable",
        field: "data",
        message: `Body is too long (maximum is ${longestBody} characters)`,
      });
}

/** Newest first, pull requests among them. */
function listIssues(repository: SimulatedRepository, call: Call): Answer {
  const { query } = call;
  const state = query.get("state") ?? "open";
  const labels = (query.get("labels") ?? "").split(",").filter((label) => label !== "");
  const all: (Issue | PullRequest)[] = [...repository.issues, ...repository.pulls]
    .filter((issue) => state === "all" || issue.state === state)
    .filter((issue) => labels.every((label) => issue.labels.includes(label)))
    .sort((one, other) => other.number - one.number);
  return paged(repository, call, "issues", all, (issue) => describeIssue(repository, call, issue));
}

function createIssue(repository: SimulatedRepository, call: Call): Answer {
  const [title, body = ""] = [textOf(call.body.title), textOf(call.body.body)];
  if (title === undefined || title === "") return invalid({ resource: "Issue", field: "title", code: "missing_field" });
  const fault = tooLong("Issue", body);
  if (fault !== undefined) return fault;
  const labels = Array.isArray(call.body.labels) ? call.body.labels.map(String) : [];
  const issue: Issue = {
    number: repository.nextNumber(),
    title,
    body,
    state: "open",
    labels,
    author: call.login,
    createdAt: new Date().toISOString(),
  };
  repository.issues.push(issue);
  return ok(describeIssue(repository, call, issue), 201);
}

function updateIssue(repository: SimulatedRepository, call: Call, number: string): Answer {
  const issue = repository.issues.find((one) => one.number === Number(number));
  if (issue === undefined) return notFound;
  const fault = tooLong("Issue", textOf(call.body.body));
  if (fault !== undefined) return fault;
  issue.title = textOf(call.body.title) ?? issue.title;
  issue.body = textOf(call.body.body) ?? issue.body;
  if (call.body.state === "open" || call.body.state === "closed") issue.state = call.body.state;
  return ok(describeIssue(repository, call, issue));
}

function find(repository: SimulatedRepository, number: string): Issue | PullRequest | undefined {
  return [...repository.issues, ...repository.pulls].find((one) => one.number === Number(number));
}

function listLabels(repository: SimulatedRepository, call: Call, number: string): Answer {
  const issue = find(repository, number);
  if (issue === undefined) return notFound;
  return paged(repository, call, `issues/${number}/labels`, issue.labels, (name) => ({ name }));
}

/** Names of labels are compared without case. */
function createLabel(repository: SimulatedRepository, { body }: Call): Answer {
  const name = textOf(body.name) ?? "";
  if (repository.labels.some((label) => label.toLowerCase() === name.toLowerCase())) {
    return invalid({ resource: "Label", code: "already_exists", field: "name" });
  }
  repository.labels.push(name);
  return ok({ name }, 201);
}

/** Oldest first. */
function listComments(repository: SimulatedRepository, call: Call, number: string): Answer {
  if (find(repository, number) === undefined) return notFound;
  const all = repository.comments.filter(({ on }) => on === Number(number));
  return paged(repository, call, `issues/${number}/comments`, all, describeComment);
}

function createComment(repository: SimulatedRepository, { body, login }: Call, number: string): Answer {
  if (find(repository, number) === undefined) return notFound;
  const text = textOf(body.body) ?? "";
  return tooLong("IssueComment", text) ?? ok(describeComment(repository.addComment(Number(number), login, text)), 201);
}

function updateComment(repository: SimulatedRepository, { body }: Call, id: string): Answer {
  const comment = repository.comments.find((one) => one.id === Number(id));
  if (comment === undefined) return notFound;
  const fault = tooLong("IssueComment", textOf(body.body));
  if (fault !== undefined) return fault;
  comment.body = textOf(body.body) ?? comment.body;
  return ok(describeComment(comment));
}

function deleteComment(repository: SimulatedRepository, _call: Call, id: string): Answer {
  const index = repository.comments.findIndex((one) => one.id === Number(id));
  if (index === -1) return notFound;
  repository.comments.splice(index, 1);
  return { status: 204 };
}

function describeComment({ id, body, author }: IssueComment) {
  return { id, body, user: describeAuthor(author) };
}

function describeIssue(repository: SimulatedRepository, { server }: Call, issue: Issue | PullRequest) {
  const isPull = !("author" in issue);
  const url = `${server}/${repository.fullName}/${isPull ? "pull" : "issues"}/${issue.number}`;
  return {
    number: issue.number,
    html_url: url,
    title: issue.title,
    body: issue.body,
    state: issue.state,
    labels: issue.labels.map((name) => ({ name })),
    user: describeAuthor("author" in issue ? issue.author : "github-actions[bot]"),
    ...(isPull ? { pull_request: { html_url: url } } : {}),
  };
}

function describeAuthor(login: string) {
  return { login, type: login.endsWith("[bot]") ? "Bot" : "User" };
}
