//! Every limit of the product: its name, its unit in the name, and why it is what it is.

/// Access may not be asked for with an essay; approvers read on a telephone.
pub const JUSTIFICATION_MAX_CHARS: usize = 2_000;
/// One answer of a request form.
pub const ANSWER_MAX_CHARS: usize = 2_000;
/// Names of people, groups, packages: one line in every list.
pub const NAME_MAX_CHARS: usize = 120;
/// User names are typed on every sign-in.
pub const USER_NAME_MAX_CHARS: usize = 120;
/// Descriptions: a paragraph under a name.
pub const DESCRIPTION_MAX_CHARS: usize = 1_000;
/// A profile attribute such as a department.
pub const ATTRIBUTE_MAX_CHARS: usize = 256;
/// An e-mail address (RFC 5321 path length).
pub const MAIL_MAX_CHARS: usize = 254;
/// The reference system's limit for a membership rule.
pub const RULE_MAX_CHARS: usize = 3_072;
/// How deep brackets and `-not` may nest in a rule: a person cannot read more, and the parser must not overflow.
pub const RULE_MAX_DEPTH: usize = 64;
/// How long a question to the requestor stops the window of a stage at most; a stage with a shorter window stops for as
/// long as that. Somebody who is away for longer is better answered by a decision.
pub const ASK_BACK_PAUSE_MAX_DAYS: i64 = 14;
/// `decisions.md` 2.1.
pub const STAGES_MAX: usize = 10;
/// A decision window longer than a year is a forgotten request.
pub const STAGE_WINDOW_MAX_MINUTES: u32 = 366 * 24 * 60;
/// The usual window of a package stage, in minutes: 14 days.
pub const STAGE_WINDOW_DEFAULT_MINUTES: u32 = 14 * 24 * 60;
/// Approvers of one stage who are told by mail; more would be noise, and their right to decide does not depend on it.
pub const ASKED_PEOPLE_MAX: usize = 1_000;
/// A policy that asks more people than this at once is flagged: each gets a letter, and all but a few for nothing.
pub const NOTIFIED_PEOPLE_FLAGGED: usize = 50;
/// A plan names people up to this number and counts them beyond.
pub const PLAN_NAMES_MAX: usize = 5;
/// Manager levels above the requestor that a stage may name.
pub const MANAGER_LEVEL_MAX: u8 = 10;
/// Manager levels that a policy of a package may ask: further up, nobody knows the requestor any more.
pub const POLICY_MANAGER_LEVEL_MAX: u8 = 4;
/// Approvals that one stage may need; beyond, nobody would ever get an answer.
pub const QUORUM_MAX: u32 = 50;
/// Other languages of one question.
pub const TRANSLATIONS_MAX: usize = 30;
/// Questions of one policy; a longer form is not filled in.
pub const QUESTIONS_MAX: usize = 20;
/// The words of a question, its hint, one choice or the message of a pattern.
pub const QUESTION_MAX_CHARS: usize = 400;
/// Choices of one question.
pub const CHOICES_MAX: usize = 50;
/// A regular expression that answers must match.
pub const PATTERN_MAX_CHARS: usize = 500;
/// Users and groups that one policy names, as in the reference system.
pub const POLICY_SUBJECTS_MAX: usize = 500;
/// The longest span after delivery, as in the reference system: 3,660 days.
pub const LASTS_MAX_MINUTES: u32 = 3_660 * 24 * 60;
/// What one package may be incompatible with, counted in both directions: each is looked at with every request.
pub const INCOMPATIBLE_MAX: usize = 100;
/// People whom the rule of one policy may match when it is saved: the reference system's limit, and what one transaction
/// carries without keeping others waiting.
pub const AUTOMATIC_PEOPLE_MAX: usize = 15_000;
/// The longest grace period; longer, and it is not the rule any more that decides.
pub const GRACE_MAX_MINUTES: u32 = 366 * 24 * 60;
/// After a rule was saved it is asked once more: somebody's attributes may have changed in the very same moment.
pub const RULE_AGAIN_MINUTES: i64 = 1;
/// People whom the preview of a policy names, of those who gain and of those who lose.
pub const PREVIEW_NAMES_MAX: usize = 10;
/// Resource roles of one package; one that gives more is a catalog.
pub const PACKAGE_ROLES_MAX: usize = 100;
/// Drafts of access packages that one person keeps; more are forgotten ones.
pub const PACKAGE_DRAFTS_MAX: usize = 20;
/// Nested groups are followed this deep; deeper nesting is refused when it is made.
pub const GROUP_NESTING_MAX: usize = 20;
/// Who vouches for somebody is asked by name; a crowd vouches for nobody.
pub const SPONSORS_MAX: usize = 5;
/// Rows of one page of a list.
pub const PAGE_ROWS: usize = 25;
/// Things changed with one form: several pages of a list; each is a change of its own, and somebody waits.
pub const CHANGED_TOGETHER_MAX: usize = 100;
/// People who are given a package with one form: each of them is checked, and all get it at one moment.
pub const ASSIGNED_TOGETHER_MAX: usize = 50;
/// Rows of one read of a download: few enough to be held in memory, many enough to be quick.
pub const EXPORT_ROWS: usize = 500;
/// A longer absence needs another approver in the policy, not a stand-in.
pub const DELEGATION_MAX_DAYS: i64 = 90;
/// Delegations given by one person that are not over: more would be a list nobody keeps in mind.
pub const DELEGATIONS_MAX: usize = 20;
/// Passwords: NIST SP 800-63B-4 asks for at least 15 characters where a password stands alone.
pub const PASSWORD_MIN_CHARS: usize = 15;
/// Longer input would only buy time for whoever floods the hash.
pub const PASSWORD_MAX_CHARS: usize = 256;
/// A session that is not used ends; a working day with a lunch break does not.
pub const SESSION_IDLE_MINUTES: i64 = 8 * 60;
/// A session ends after this even when used all the time.
pub const SESSION_ABSOLUTE_HOURS: i64 = 24;
/// A session that was not used for so long is forgotten. Until then a plain form that is sent with it, though it has ended by
/// itself, comes back after signing in again: one that was written on a Friday is sent on a Monday.
pub const SESSION_REMEMBERED_DAYS: i64 = 4;
/// A session's last use is written at most this often, so that reading pages does not write.
pub const SESSION_TOUCH_SECONDS: i64 = 60;
/// Failed sign-ins of one account before waiting begins.
pub const SIGN_IN_FREE_FAILURES_PER_ACCOUNT: u32 = 5;
/// Failed sign-ins from one address before waiting begins: hundreds of people share one in an office, and some mistype on a
/// Monday morning.
pub const SIGN_IN_FREE_FAILURES_PER_ADDRESS: u32 = 100;
/// One failure of an address is forgotten so often: what a guesser has left there is 720 tries a day, over all accounts.
pub const SIGN_IN_ADDRESS_FORGETS_SECONDS: i64 = 120;
/// From where somebody signed in stays known for so long: people come back from a holiday.
pub const SIGN_IN_PLACE_KNOWN_DAYS: i64 = 30;
/// The longest wait after failed sign-ins: the real owner is never locked out for longer.
pub const SIGN_IN_WAIT_MAX_SECONDS: i64 = 300;
/// Failures older than this are forgotten.
pub const SIGN_IN_FAILURES_REMEMBERED_HOURS: i64 = 24;
/// The one-time link that makes the first administrator.
pub const SETUP_LINK_HOURS: i64 = 24;
/// A posted form, bytes: the largest form is a request with long answers.
pub const FORM_MAX_BYTES: usize = 256 * 1024;
/// How long what was typed into a refused form is kept for the next page.
pub const FLASH_MINUTES: i64 = 10;
/// First wait before a failed letter or delivery is tried again; doubles up to the next limit.
pub const RETRY_FIRST_SECONDS: i64 = 5;
/// The longest wait between two tries. There is no last try.
pub const RETRY_MAX_SECONDS: i64 = 15 * 60;
/// How long before its end the holder of access is told, in days, the longest first.
pub const WARNING_DAYS: [i64; 2] = [14, 1];
/// How long before its end access may be extended.
pub const EXTENSION_DAYS: i64 = 14;
/// How long after its end an assignment of a role can be renewed, days: as long as lists show it.
pub const RENEWAL_DAYS: i64 = EXPIRED_SHOWN_DAYS;
/// The longest that a decision about an extension or a renewal of a role is waited for, days.
pub const EXTENSION_DECIDED_DAYS: i64 = 14;
/// How far ahead a requestor may name the start of access.
pub const START_MAX_DAYS: i64 = 365;
/// A membership rule that names the time is asked again after this.
pub const RULE_OF_TIME_MINUTES: i64 = 60;
/// A worker that claimed something and vanished holds it no longer than this.
pub const CLAIM_SECONDS: i64 = 60;
/// Activations last from half an hour to a day, in steps of half an hour, as in the reference system.
pub const ACTIVATION_STEP_MINUTES: u32 = 30;
pub const ACTIVATION_MAX_MINUTES: u32 = 24 * 60;
/// What assignments with an end may last at most: the choices of the reference system, in days.
pub const ASSIGNMENT_DAYS: [u32; 5] = [15, 30, 90, 180, 365];
/// A shorter assignment is a mistake in typing.
pub const ASSIGNMENT_MIN_MINUTES: i64 = 5;
/// Mail addresses besides the default recipients, of one row of a role's notifications; more is a mailing list.
pub const ADDITIONAL_RECIPIENTS_MAX: usize = 20;
/// How often the administrators of roles are told what happened, days.
pub const DIGEST_DAYS: i64 = 7;
/// The roles that the digest names.
pub const DIGEST_ROLES: usize = 5;
/// A sign-in that is asked for anew is at most this old; a longer time is no fresh proof.
pub const FRESH_SIGN_IN_MAX_MINUTES: u32 = 24 * 60;
/// How old a proof may be where nobody says otherwise.
pub const PROOF_MINUTES: u32 = 15;
/// Recovery codes are made together.
pub const RECOVERY_CODES: usize = 10;
/// Passkeys of one person: devices, and one in a drawer.
pub const PASSKEYS_MAX: usize = 10;
/// Identity providers: the sign-in page has a button for each.
pub const PROVIDERS_MAX: usize = 20;
pub const ISSUER_MAX_CHARS: usize = 500;
/// Roles of one application: its page shows all of them.
pub const APPLICATION_ROLES_MAX: usize = 200;
/// Webhooks: each of them is told of every change.
pub const WEBHOOKS_MAX: usize = 20;
pub const WEBHOOK_URL_MAX_CHARS: usize = 500;
/// Of a host's name (RFC 1035).
pub const HOST_MAX_CHARS: usize = 253;
/// What a mail server is signed in with.
pub const MAIL_USER_NAME_MAX_CHARS: usize = 300;
pub const MAIL_PASSWORD_MAX_CHARS: usize = 500;
/// A name and an address.
pub const SENDER_MAX_CHARS: usize = 400;
/// A browser waits for the test of a mail server, which is a conversation of several steps.
pub const MAIL_TEST_SECONDS: u64 = 20;
/// How long the answer of a webhook is waited for: a process at the other side may need people who are away.
pub const ANSWER_WINDOW_MAX_MINUTES: u32 = 14 * 24 * 60;
pub const ANSWER_WINDOW_DEFAULT_MINUTES: u32 = 24 * 60;
/// How long after the end of that time whoever answers is still told that the request waits no more; then the address is forgotten.
pub const ANSWER_ADDRESS_DAYS: i64 = 7;
/// An answer is a few words.
pub const ANSWER_BODY_MAX_BYTES: usize = 16 * 1024;
/// How far the clock of whoever answers may be off, and how old what it signed may be.
pub const ANSWER_CLOCK_MINUTES: i64 = 5;
/// A new secret signs beside the one before it for so long, so that whoever checks can change over without losing a message.
pub const WEBHOOK_SECRET_OVERLAP_HOURS: i64 = 24;
pub const CLIENT_ID_MAX_CHARS: usize = 300;
pub const CLIENT_SECRET_MAX_CHARS: usize = 500;
/// Words of a provider that mean the same strength.
pub const STRENGTH_WORDS_MAX: usize = 20;
/// Targets: as many applications as are told who holds their roles.
pub const TARGETS_MAX: usize = 100;
/// The token that a target asks for.
pub const TARGET_TOKEN_MAX_CHARS: usize = 4000;
/// The name of an entry of a directory.
pub const DN_MAX_CHARS: usize = 500;
/// The name of an attribute of a directory.
pub const LDAP_ATTRIBUTE_MAX_CHARS: usize = 60;
/// Requests within a second that a target is sent at most, unless its settings say otherwise, and the most that they may say.
pub const TARGET_PER_SECOND: u32 = 50;
pub const TARGET_PER_SECOND_MAX: u32 = 1000;
/// Access that a target did not confirm for so long is overdue.
pub const TARGET_OVERDUE_MINUTES: i64 = 5;
/// What is found at a target and adopted lasts so many days, unless its settings say otherwise, and at most.
pub const TARGET_ADOPTED_DAYS: u32 = 90;
pub const TARGET_ADOPTED_DAYS_MAX: u32 = 365;
/// People who keep access at targets for too long, and as many who lack it, of whom alerts take the longest waiting.
pub const ALERT_OVERDUE_MAX: usize = 2_000;
/// Sentences about what could not be compared at a target that are kept; every list of targets reads them.
pub const TARGET_UNCOMPARED_MAX: usize = 10;
/// Letters that wait are counted up to here.
pub const LETTERS_COUNTED_MAX: u32 = 1_000;
/// Adopted access that a page of a target lists, the latest first.
pub const TARGET_ADOPTIONS_SHOWN: usize = 100;
/// Everything is compared with each target this often, whatever was told about changes.
pub const TARGET_RECONCILE_MINUTES: i64 = 60;
/// The longest wait before a target that does not answer is asked again. There is no last try.
pub const TARGET_RETRY_MAX_SECONDS: i64 = 30;
/// Whoever does what only one server does at a time says so often that it goes on, seconds: three times within the shortest lease.
pub const HEARTBEAT_SECONDS: u64 = 10;
/// A server that brings a target up to date has it for itself so long, and says meanwhile that it goes on. One that was killed
/// holds it up for so long at most.
pub const TARGET_LEASE_SECONDS: i64 = 30;
/// Questions in a row without an answer that end a turn at a target although it answers otherwise.
pub const TARGET_SILENCES: usize = 3;
/// Questions at a target in one comparison about whether accounts are still what they were; the next one goes on with others.
pub const TARGET_LOOKS_MAX: usize = 500;
/// People of a target that are brought to it together.
pub const TARGET_BATCH: usize = 100;
/// Differences that a trial run shows, and unknown members that are listed of one group at a target.
pub const TARGET_LINES_MAX: usize = 200;
/// How long signing in at a provider may take before its answer is no longer waited for.
pub const PROVIDER_SIGN_IN_MINUTES: i64 = 15;
/// How long setting up an authenticator app or using a passkey may take.
pub const CEREMONY_MINUTES: i64 = 15;
/// Sessions that the page of somebody's security lists.
pub const SESSIONS_SHOWN: usize = 50;
/// The system and the number of a ticket.
pub const TICKET_MAX_CHARS: usize = 100;
/// Terms of use, and characters of one: lists show them all, forms hold the text.
pub const TERMS_MAX: usize = 50;
pub const TERMS_MAX_CHARS: usize = 20_000;
/// Authentication contexts: a form lists them all, and what nobody can tell apart protects nothing.
pub const CONTEXTS_MAX: usize = 50;
/// Of what names a context, so much is shown.
pub const CONTEXT_USES_SHOWN: usize = 50;
/// Assignments of each type that are looked at before role settings are saved: whether they would be outside of these.
pub const BREAKING_LOOKED_MAX: usize = 5_000;
/// Roles or groups of a kind that are looked at before their template is saved.
pub const INHERITING_LOOKED_MAX: usize = 2_000;
/// Of those that would be, so many are shown.
pub const BREAKING_SHOWN: usize = 10;
/// How long expired assignments stay in lists, days. The history keeps them.
pub const EXPIRED_SHOWN_DAYS: i64 = 30;
/// Incidents of one kind that are kept open at once. Beyond that it is the setting that is wrong; the page says so.
pub const ALERT_INCIDENTS_MAX: usize = 1_000;
/// Changes are gathered this long before it is looked for alerts again, seconds.
pub const ALERT_PAUSE_SECONDS: i64 = 10;
/// What only time brings is looked for this often, minutes.
pub const ALERT_EVERY_MINUTES: i64 = 60;
/// Undecided requests of which a look asks whether anybody can decide them, the oldest first.
pub const ALERT_REQUESTS_MAX: usize = 2_000;
/// Those of them whose approvers it resolves one by one, because the statement alone found nobody.
pub const ALERT_SUSPECTS_MAX: usize = 100;
/// People and roles that the letter of an alert names.
pub const ALERT_NAMES_MAX: usize = 10;
/// How long whoever reviews the use of a break-glass account has for it, days.
pub const EMERGENCY_REVIEW_DAYS: i64 = 3;
/// What a break-glass account activates within so many minutes is one use: an incident needs more than one role.
pub const EMERGENCY_USE_MINUTES: i64 = 60;
/// Activated with one form: more is no work any more, it is everything.
pub const ACTIVATED_TOGETHER_MAX: usize = 20;
/// Activation profiles of one person.
pub const ACTIVATION_PROFILES_MAX: usize = 20;
/// Stages of an access review, as in the reference system.
pub const REVIEW_STAGES_MAX: usize = 3;
/// Things that one form reviews; each becomes a review of its own.
pub const REVIEWED_TOGETHER_MAX: usize = 50;
/// How many days somebody has not signed in, at most, as in the reference system.
pub const REVIEW_INACTIVE_DAYS_MAX: u32 = 730;
/// How old the last sign-in may be where access is recommended, days, when nobody sets it.
pub const REVIEW_LOOK_BACK_DAYS: u32 = 30;
/// A review that runs once may take so many days at most; longer, and it is about people who are gone.
pub const REVIEW_DAYS_MAX: u32 = 180;
/// Instances of one series.
pub const REVIEW_INSTANCES_MAX: u32 = 1_000;
/// What stands in letters to reviewers.
pub const REVIEW_EXTRA_MAX_CHARS: usize = 2_000;
/// Reviewers, and people who are told, that a review names.
pub const REVIEWERS_MAX: usize = 100;
/// Members of one group who are asked in a stage of a review, or told of its end; more would be noise.
pub const REVIEW_PANEL_MAX: usize = 1_000;
/// People who are shown in a review without holding what is reviewed; more would cost reviewers too much time.
pub const REVIEW_CONTROLS_MAX: usize = 20;
/// Fewer colleagues than this say nothing about whether somebody needs what they hold.
pub const REVIEW_PEERS_MIN: u64 = 3;
/// Reviewers of whom the results tell how they decided; the busiest first.
pub const REVIEW_QUALITY_ROWS: usize = 50;
/// Silence may remove so many per cent of all rows when nobody sets it.
pub const REVIEW_SILENCE_PERCENT: u32 = 50;
/// Rows that one page of a review shows.
pub const REVIEW_PAGE_ROWS: usize = 50;
/// Rows that are decided with one form.
pub const REVIEW_DECIDED_TOGETHER_MAX: usize = 1_000;
/// Rows that one step of a worker makes, gives out, or decides because nobody did.
pub const REVIEW_STEP_ROWS: usize = 2_000;
/// Removals of one step: each is a change of access with everything that follows from it.
pub const REVIEW_APPLY_ROWS: usize = 200;
/// Rows that a preview of a review goes through: somebody waits for it.
pub const REVIEW_PREVIEW_ROWS: u64 = 100_000;
/// Tries to apply a row that fail before it is said that it cannot be applied: rather more than half an hour.
pub const REVIEW_APPLY_TRIES: u32 = 10;
/// Recommendations that one step accepts.
pub const REVIEW_ACCEPTED_TOGETHER_MAX: usize = 1_000;
/// Access tokens that count: more, and nobody knows any more what they are for.
pub const ACCESS_TOKENS_MAX: usize = 50;
/// An access token is made anew at least once a year.
pub const ACCESS_TOKEN_DAYS_MAX: i64 = 365;
/// A token's last use is written at most this often, so that reading does not write.
pub const ACCESS_TOKEN_TOUCH_SECONDS: i64 = 60;
/// A message of an identity provider, bytes: a group with twenty thousand members.
pub const SCIM_MAX_BYTES: usize = 2 * 1024 * 1024;
/// Operations of one bulk message.
pub const SCIM_BULK_OPERATIONS_MAX: usize = 200;
/// Operations of one patch: Entra sends members one by one.
pub const SCIM_PATCH_OPERATIONS_MAX: usize = 1_000;
/// Resources on one page of a list.
pub const SCIM_PAGE_MAX: usize = 200;
/// People or groups that are looked through for a filter that no index answers; where there are more, it is refused.
pub const SCIM_SCAN_MAX: usize = 10_000;
/// Values of one attribute that holds several, but for members of groups.
pub const SCIM_VALUES_MAX: usize = 50;
/// A text in a message; each attribute has a shorter limit of its own.
pub const SCIM_TEXT_MAX_CHARS: usize = 2_000;
/// Members that one message may name.
pub const SCIM_MEMBERS_MAX: usize = 20_000;
/// The name that the provider gives a resource.
pub const EXTERNAL_ID_MAX_CHARS: usize = 500;
/// A filter is typed by a program, and a longer one is a mistake.
pub const SCIM_FILTER_MAX_CHARS: usize = 4_000;
/// Deeper filters are refused.
pub const SCIM_FILTER_DEPTH_MAX: usize = 16;
/// Imports: as many directories as people come from.
pub const IMPORTS_MAX: usize = 20;
/// The password with which an import reads.
pub const IMPORT_PASSWORD_MAX_CHARS: usize = 1_000;
/// Distinguished names and filters.
pub const IMPORT_FILTER_MAX_CHARS: usize = 2_000;
/// The attributes that are looked at, one after the other, for one of ours.
pub const IMPORT_ATTRIBUTES_MAX: usize = 5;
/// A run that would disable more of the people of an import asks first, per cent, when nobody sets it.
pub const IMPORT_PERCENT: u32 = 20;
/// So few memberships are taken away without asking, whatever share of all they are.
pub const IMPORT_REMOVED_UNASKED: usize = 10;
/// Entries of one kind that are read. A directory that has more is cut by its base or its filter, and never by us.
pub const IMPORT_ENTRIES_MAX: usize = 100_000;
/// Managers above one another: whether they go round is looked at so far up.
pub const IMPORT_MANAGERS_MAX: usize = 100;
/// Steps of a run in one transaction: others wait no longer than for these.
pub const IMPORT_STEPS: usize = 200;
/// Steps that were refused are tried again so often, because what they wait for may be done by then.
pub const IMPORT_STEP_TRIES: usize = 10;
/// A run that was not heard of for so long is over: its server stopped.
pub const IMPORT_LEASE_SECONDS: i64 = 120;
/// The longest wait before an import that failed is tried again by itself.
pub const IMPORT_RETRY_MAX_MINUTES: i64 = 60;
/// Lines of a run that are kept; the preview has all of them.
pub const IMPORT_LINES_KEPT: usize = 200;
/// Lines on one page of a preview.
pub const IMPORT_PAGE_LINES: usize = 100;
/// People and groups that a test shows.
pub const IMPORT_SAMPLES: usize = 5;
/// The stable id of an entry: a longer one would not be found again by an index.
pub const IMPORT_ID_MAX_CHARS: usize = 500;
/// Resources of a catalog whose roles a package's form offers, those that were brought in first: a longer list nobody reads.
pub const CATALOG_RESOURCES_OFFERED: usize = 2_000;
