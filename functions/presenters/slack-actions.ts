/** Every name that Slack gives back when somebody clicks, types or submits: one place for both sides. */

/** Names of buttons and inputs (`action_id`). A button's `value` is the domain as A-label, and nothing else. */
export const ACTIONS = {
  checkAgain: 'mailtls_check_again',
  details: 'mailtls_details',
  share: 'mailtls_share',
  vendorMail: 'mailtls_vendor_mail',
  /** A link: Slack sends an interaction for it all the same, to be acknowledged and no more. */
  openPage: 'mailtls_open_page',
  openHeadersForm: 'mailtls_open_headers_form',
  headersText: 'mailtls_headers_text',
  headersFile: 'mailtls_headers_file',
  homeDomain: 'mailtls_home_domain',
  homeCheck: 'mailtls_home_check',
  /** Shows what is known of a recent domain, or asks; with its place behind it. */
  homeShow: 'mailtls_home_show',
  homeClear: 'mailtls_home_clear',
  vendorSubject: 'mailtls_vendor_subject',
  vendorText: 'mailtls_vendor_text',
} as const;

/** Names in one message or view differ: of several domains, each one's button has its place behind the name. */
export const inRow = (action: string, place: number): string => `${action}_${place}`;
/** Matches every "Details" button: that of one answer, and those of a list. */
export const ANY_DETAILS = /^mailtls_details(?:_\d{1,2})?$/;
/** Matches the button of every recent domain. */
export const ANY_HOME_SHOW = /^mailtls_home_show_\d{1,2}$/;

/** Names of blocks whose inputs are read (`block_id`). */
export const BLOCKS = {
  headersText: 'mailtls_headers_text_block',
  headersFile: 'mailtls_headers_file_block',
  homeDomain: 'mailtls_home_domain_block',
} as const;

/** Names of modals (`callback_id`). */
export const MODALS = {
  details: 'mailtls_details_modal',
  vendorMail: 'mailtls_vendor_mail_modal',
  headersForm: 'mailtls_headers_form',
  headersAnswer: 'mailtls_headers_answer',
  notice: 'mailtls_notice',
} as const;

/** Names of shortcuts (`callback_id`), the same as in the manifests. */
export const SHORTCUTS = { messageHeaders: 'mailtls_message_headers' } as const;

export const COMMAND = '/mailtls';
