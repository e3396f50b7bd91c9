/* messages.c: the table. What people read is short, says what to do, and blames nobody. */
#include "messages.h"

#include <stdio.h>
#include <string.h>

/* clang-format off */
static const struct {
  const char *key, *text[LANGUAGES];
} messages[] = {
    /* every page */
    {"skip", {"Skip to the content", "Zum Inhalt"}},
    {"nav_home", {"My sign-in", "Meine Anmeldung"}},
    {"nav_logins", {"My logins", "Meine Logins"}},
    {"nav_users", {"Users", "Benutzer"}},
    {"nav_pending", {"Pending", "Laufende"}},
    {"nav_history", {"History", "Verlauf"}},
    {"nav_label", {"Pages", "Seiten"}},
    {"sign_out", {"Sign out", "Abmelden"}},
    {"language_label", {"Language", "Sprache"}},
    {"back", {"Back", "Zurück"}},
    {"cancel", {"Cancel", "Abbrechen"}},
    {"more", {"Show older ones", "Ältere zeigen"}},
    {"more_users", {"Show more", "Weitere zeigen"}},
    {"yes", {"yes", "ja"}},
    {"no", {"no", "nein"}},
    {"none", {"none", "keine"}},

    /* titles */
    {"title_error", {"That did not work", "Das ging nicht"}},
    {"title_sign_in", {"Sign in", "Anmelden"}},
    {"title_home", {"My sign-in", "Meine Anmeldung"}},
    {"title_verify", {"Show that it is you", "Zeigen Sie, dass Sie es sind"}},
    {"title_call", {"Your call", "Ihr Anruf"}},
    {"title_invite", {"Invitation", "Einladung"}},
    {"title_number", {"Phone number", "Telefonnummer"}},
    {"title_pin", {"PIN", "PIN"}},
    {"title_factor", {"How you confirm logins", "Wie Sie Logins bestätigen"}},
    {"title_app", {"Authenticator app", "Authenticator-App"}},
    {"title_logins", {"My logins", "Meine Logins"}},
    {"title_users", {"Users", "Benutzer"}},
    {"title_user", {"User", "Benutzer"}},
    {"title_pending", {"Pending logins", "Laufende Logins"}},
    {"title_history", {"Login history", "Login-Verlauf"}},

    /* what was done */
    {"done_over", {"Please sign in. You were signed out because nothing happened for a while, or because something was changed.",
                   "Bitte melden Sie sich an. Sie wurden abgemeldet, weil längere Zeit nichts geschah oder etwas geändert wurde."}},
    {"done_signed_out", {"You are signed out.", "Sie sind abgemeldet."}},
    {"done_reported", {"Thank you. Your account is blocked, so that nobody can log in with it, and you are signed out. Please call your administrator.",
                       "Danke. Ihr Konto ist gesperrt, damit sich niemand damit anmelden kann, und Sie sind abgemeldet. Bitte rufen Sie Ihre Administration an."}},
    {"done_verified", {"Verified: it is you.", "Bestätigt: Sie sind es."}},
    {"done_invited", {"The code is right. Now set up your phone or your app.", "Der Code stimmt. Richten Sie nun Ihr Telefon oder Ihre App ein."}},
    {"done_pin", {"Your PIN is set.", "Ihre PIN ist gesetzt."}},
    {"done_factor", {"Your choice is kept.", "Ihre Wahl ist gespeichert."}},
    {"done_app", {"Your app is set up.", "Ihre App ist eingerichtet."}},
    {"done_app_removed", {"The app is removed.", "Die App ist entfernt."}},
    {"done_blocked", {"The user is blocked.", "Der Benutzer ist gesperrt."}},
    {"done_unblocked", {"The user is not blocked any more.", "Der Benutzer ist nicht mehr gesperrt."}},
    {"done_bypass", {"The bypass is kept.", "Die Ausnahme ist gespeichert."}},
    {"done_hung_up", {"Hung up: the login is rejected.", "Aufgelegt: Das Login ist abgewiesen."}},
    {"done_gone", {"That login had ended already.", "Dieses Login war schon zu Ende."}},

    /* what went wrong */
    {"error_other", {"That did not work. Please try again.", "Das ging nicht. Bitte versuchen Sie es noch einmal."}},
    {"error_unavailable", {"This cannot be done at the moment. Please try again in a while.", "Das ist im Moment nicht möglich. Bitte versuchen Sie es später noch einmal."}},
    {"error_limit", {"That was too often. Please try again in a while.", "Das war zu oft. Bitte versuchen Sie es später noch einmal."}},
    {"error_denied", {"You may not do this.", "Das dürfen Sie nicht."}},
    {"error_not_found", {"That is not there.", "Das gibt es nicht."}},
    {"error_busy", {"Somebody else has changed this meanwhile. Please look again.", "Das wurde inzwischen geändert. Bitte sehen Sie noch einmal nach."}},
    {"error_invalid", {"That cannot be taken as it is. Please check what you have typed.", "Das kann so nicht angenommen werden. Bitte prüfen Sie Ihre Eingabe."}},
    {"error_bad_request", {"That cannot be understood.", "Das ist nicht zu verstehen."}},
    {"error_form", {"This form is too old, or it comes from another site; cookies must be allowed. Please go back, load the page again and try once more.",
                    "Dieses Formular ist zu alt oder kommt von einer anderen Seite; Cookies müssen erlaubt sein. Bitte laden Sie die Seite neu und versuchen Sie es noch einmal."}},
    {"error_page", {"There is no such page.", "Diese Seite gibt es nicht."}},
    {"error_method", {"This address is not for that.", "Diese Adresse ist nicht dafür da."}},
    {"error_too_long", {"That is too long.", "Das ist zu lang."}},
    {"error_why", {"Please give a reason.", "Bitte geben Sie einen Grund an."}},
    {"error_link", {"To the first page", "Zur ersten Seite"}},

    /* sign-in */
    {"sign_in_lead", {"Sign in with the name and password that you use at work.", "Melden Sie sich mit dem Namen und Passwort Ihrer Organisation an."}},
    {"sign_in_user", {"User name", "Benutzername"}},
    {"sign_in_password", {"Password", "Passwort"}},
    {"sign_in_button", {"Sign in", "Anmelden"}},
    {"sign_in_wrong", {"The name or the password is wrong.", "Der Name oder das Passwort ist falsch."}},
    {"sign_in_limit", {"Too many attempts. Please try again in ten minutes.", "Zu viele Versuche. Bitte versuchen Sie es in zehn Minuten noch einmal."}},

    /* home */
    {"home_hello", {"Signed in as", "Angemeldet als"}},
    {"home_verify", {"Before you can see or change anything, show that it is you: by a call to your phone, or a code.",
                     "Bevor Sie etwas sehen oder ändern können, zeigen Sie, dass Sie es sind: mit einem Anruf oder einem Code."}},
    {"home_verify_button", {"Show that it is you", "Jetzt zeigen, dass Sie es sind"}},
    {"home_invite", {"You have not set up anything yet. Your administrator gives you a code for it.",
                     "Sie haben noch nichts eingerichtet. Ihre Administration gibt Ihnen einen Code dafür."}},
    {"home_invite_button", {"Enter the code", "Code eingeben"}},
    {"home_enrol", {"You can set up your phone now. We call it at once, to see that it is yours.", "Sie können jetzt Ihr Telefon einrichten. Wir rufen es sofort an, um zu sehen, dass es Ihres ist."}},
    {"home_phone", {"Phone", "Telefon"}},
    {"home_phone_none", {"No number yet", "Noch keine Nummer"}},
    {"home_extension", {"ext.", "Durchwahl"}},
    {"home_phone_set", {"Set up phone", "Telefon einrichten"}},
    {"home_phone_change", {"Change number", "Nummer ändern"}},
    {"home_pin", {"PIN for calls", "PIN für Anrufe"}},
    {"home_pin_is", {"Set", "Gesetzt"}},
    {"home_pin_none", {"Not set", "Nicht gesetzt"}},
    {"home_pin_wanted", {"Not set: you need one for your logins", "Nicht gesetzt: Sie brauchen sie für Ihre Logins"}},
    {"home_pin_set", {"Set PIN", "PIN setzen"}},
    {"home_pin_change", {"Change PIN", "PIN ändern"}},
    {"home_app", {"Authenticator app", "Authenticator-App"}},
    {"home_app_is", {"Set up", "Eingerichtet"}},
    {"home_app_none", {"Not set up", "Nicht eingerichtet"}},
    {"home_app_set", {"Set up app", "App einrichten"}},
    {"home_app_change", {"Change or remove", "Ändern oder entfernen"}},
    {"home_factor", {"Used for logins", "Für Logins verwendet"}},
    {"home_factor_change", {"Choose", "Wählen"}},
    {"factor_call", {"A call to your phone", "Ein Anruf auf Ihrem Telefon"}},
    {"factor_app", {"A code of your app", "Ein Code Ihrer App"}},
    {"factor_auto", {"The first that you have", "Das erste, was Sie haben"}},

    /* verify */
    {"verify_call_lead", {"We call", "Wir rufen an:"}},
    {"verify_call_text", {"Answer, and do what the voice says.", "Nehmen Sie ab und tun Sie, was die Stimme sagt."}},
    {"verify_call_own", {"We call the number that is kept for you.", "Wir rufen die Nummer an, die für Sie hinterlegt ist."}},
    {"verify_call_button", {"Call me", "Rufen Sie mich an"}},
    {"verify_app_title", {"Code of your app", "Code Ihrer App"}},
    {"verify_app_button", {"Check the code", "Code prüfen"}},
    {"verify_call_title", {"A call", "Ein Anruf"}},
    {"verify_none", {"There is no way to ask you. Please call your administrator.", "Es gibt keinen Weg, Sie zu fragen. Bitte rufen Sie Ihre Administration an."}},
    {"verify_done", {"It is clear that it is you.", "Es ist klar, dass Sie es sind."}},
    {"verify_invite", {"Have you got a code of an invitation instead?", "Haben Sie stattdessen den Code einer Einladung?"}},
    {"code_label", {"Six digits", "Sechs Ziffern"}},
    {"code_wrong", {"The code is wrong, or it was used already. Wait for the next one.", "Der Code ist falsch oder wurde schon benutzt. Warten Sie auf den nächsten."}},
    {"code_limit", {"Too many wrong codes. Please try again in ten minutes.", "Zu viele falsche Codes. Bitte versuchen Sie es in zehn Minuten noch einmal."}},

    /* call */
    {"call_step_calling", {"We call", "Wir rufen an"}},
    {"call_step_ringing", {"It rings", "Es klingelt"}},
    {"call_step_answered", {"Answered", "Abgenommen"}},
    {"call_step_verified", {"Confirmed", "Bestätigt"}},
    {"call_starting", {"The call is being placed.", "Der Anruf wird vorbereitet."}},
    {"call_calling", {"We are calling.", "Wir rufen an."}},
    {"call_ringing", {"Your phone rings. Answer it.", "Ihr Telefon klingelt. Nehmen Sie ab."}},
    {"call_answered", {"Answered. Do what the voice says.", "Abgenommen. Tun Sie, was die Stimme sagt."}},
    {"call_verified", {"Confirmed. Thank you.", "Bestätigt. Danke."}},
    {"call_busy", {"Your phone is busy, or a call is under way already.", "Ihr Telefon ist besetzt, oder es läuft schon ein Anruf."}},
    {"call_declined", {"The call was declined.", "Der Anruf wurde abgelehnt."}},
    {"call_no_answer", {"Nobody answered.", "Niemand hat abgenommen."}},
    {"call_hung_up", {"The call has ended before it was confirmed.", "Der Anruf war zu Ende, bevor er bestätigt wurde."}},
    {"call_denied", {"The call was not confirmed, or you may not do this.", "Der Anruf wurde nicht bestätigt, oder Sie dürfen das nicht."}},
    {"call_fraud", {"It was said on the phone that this is fraud. The account is blocked.", "Am Telefon wurde Betrug gemeldet. Das Konto ist gesperrt."}},
    {"call_bad_number", {"This number cannot be called.", "Diese Nummer kann nicht angerufen werden."}},
    {"call_invalid", {"This is no number that can be called. Type it with its country, as in +44 20 7946 0018.", "Diese Nummer kann nicht angerufen werden. Geben Sie sie mit dem Land ein, etwa +49 30 901820."}},
    {"call_limit", {"Too many calls. Please try again in a while.", "Zu viele Anrufe. Bitte versuchen Sie es später noch einmal."}},
    {"call_unavailable", {"We cannot call at the moment. Please try again in a while.", "Wir können im Moment nicht anrufen. Bitte versuchen Sie es später noch einmal."}},
    {"call_session", {"You were signed out meanwhile.", "Sie wurden inzwischen abgemeldet."}},
    {"call_other", {"The call did not work.", "Der Anruf ging nicht."}},
    {"call_stop", {"End the call", "Anruf beenden"}},
    {"call_again", {"Try again", "Noch einmal"}},
    {"call_go_on", {"Go on", "Weiter"}},
    {"call_reload", {"This page is loaded again by itself.", "Diese Seite lädt sich selbst neu."}},

    /* invitation */
    {"invite_lead", {"Your administrator has given you a code of twelve letters and digits. It is good once.",
                     "Ihre Administration hat Ihnen einen Code aus zwölf Buchstaben und Ziffern gegeben. Er gilt einmal."}},
    {"invite_label", {"Code", "Code"}},
    {"invite_button", {"Use the code", "Code verwenden"}},
    {"invite_wrong", {"The code is wrong, or it is not good any more.", "Der Code ist falsch oder gilt nicht mehr."}},

    /* number */
    {"number_lead", {"We call the new number at once. It is kept only when you have answered and confirmed; the old one is told by a call.",
                     "Wir rufen die neue Nummer sofort an. Sie gilt erst, wenn Sie abgenommen und bestätigt haben; die alte erfährt es durch einen Anruf."}},
    {"number_label", {"Number, with its country", "Nummer mit Landesvorwahl"}},
    {"number_hint", {"For instance +44 20 7946 0018", "Zum Beispiel +49 30 901820"}},
    {"number_extension", {"Extension, if there is one", "Durchwahl, falls nötig"}},
    {"number_button", {"Call this number", "Diese Nummer anrufen"}},
    {"number_wrong", {"Please type a number.", "Bitte geben Sie eine Nummer ein."}},
    {"number_busy", {"A call is under way already, or we cannot call at the moment.", "Es läuft schon ein Anruf, oder wir können im Moment nicht anrufen."}},

    /* PIN */
    {"pin_lead", {"4 to 10 digits, which you type on your phone when you are called. Take none that others can guess.",
                  "4 bis 10 Ziffern, die Sie bei einem Anruf am Telefon eingeben. Nehmen Sie keine, die andere raten können."}},
    {"pin_label", {"New PIN", "Neue PIN"}},
    {"pin_again", {"The same again", "Noch einmal"}},
    {"pin_button", {"Set the PIN", "PIN setzen"}},
    {"pin_wrong", {"A PIN has 4 to 10 digits.", "Eine PIN hat 4 bis 10 Ziffern."}},
    {"pin_differs", {"The two are not the same.", "Die beiden sind nicht gleich."}},

    /* factor */
    {"factor_lead", {"How do you want to confirm your logins?", "Womit möchten Sie Ihre Logins bestätigen?"}},
    {"factor_button", {"Keep", "Speichern"}},
    {"factor_none", {"Please choose one.", "Bitte wählen Sie."}},
    {"factor_invalid", {"You have not set that up yet.", "Das haben Sie noch nicht eingerichtet."}},

    /* app */
    {"app_lead", {"An app on your phone shows a new code of six digits every 30 seconds. It works without a network and is good when you cannot be called. When you log in, type the code right behind your password.",
                  "Eine App auf Ihrem Telefon zeigt alle 30 Sekunden einen neuen Code aus sechs Ziffern. Sie braucht kein Netz und hilft, wenn man Sie nicht anrufen kann. Beim Login tippen Sie den Code direkt hinter Ihr Passwort."}},
    {"app_is", {"An app is set up. A new one takes its place.", "Eine App ist eingerichtet. Eine neue ersetzt sie."}},
    {"app_begin", {"Set up an app", "App einrichten"}},
    {"app_begin_again", {"Set up another app", "Andere App einrichten"}},
    {"app_remove", {"Remove the app", "App entfernen"}},
    {"app_last", {"The app is the only thing that you have set up. Set up a phone first.", "Die App ist das Einzige, was Sie eingerichtet haben. Richten Sie erst ein Telefon ein."}},
    {"app_scan", {"Scan this with the app", "Scannen Sie das mit der App"}},
    {"app_secret", {"Or type this secret into it", "Oder geben Sie dieses Geheimnis ein"}},
    {"app_once", {"It is shown once. Show it to nobody.", "Es wird nur einmal gezeigt. Zeigen Sie es niemandem."}},
    {"app_then", {"Then type the code that the app shows", "Geben Sie dann den Code der App ein"}},
    {"app_confirm", {"Confirm", "Bestätigen"}},
    {"app_qr", {"QR code of the secret", "QR-Code des Geheimnisses"}},

    /* logins */
    {"logins_lead", {"Was one of these not you? Then somebody knows your password: report it.", "Waren Sie eines davon nicht? Dann kennt jemand Ihr Passwort: Melden Sie es."}},
    {"logins_empty", {"There are no logins.", "Es gibt keine Logins."}},
    {"logins_report", {"This was not me", "Das war ich nicht"}},
    {"logins_report_sure", {"Your account is blocked at once, and only an administrator can unblock it.", "Ihr Konto wird sofort gesperrt, und nur die Administration kann es entsperren."}},
    {"logins_report_button", {"Report, and block my account", "Melden und mein Konto sperren"}},
    {"logins_time", {"Time", "Zeit"}},
    {"logins_user", {"Name", "Name"}},
    {"logins_result", {"Result", "Ergebnis"}},
    {"logins_factor", {"Confirmed by", "Bestätigt durch"}},
    {"logins_client", {"For", "Für"}},
    {"logins_peer", {"From", "Von"}},
    {"logins_took", {"Took", "Dauer"}},
    {"logins_actions", {"Actions", "Aktionen"}},

    /* administrators */
    {"users_search", {"Name, number or identity", "Name, Nummer oder Kennung"}},
    {"users_button", {"Search", "Suchen"}},
    {"users_empty", {"Nobody is found.", "Niemand gefunden."}},
    {"users_name", {"Name", "Name"}},
    {"users_number", {"Number", "Nummer"}},
    {"users_state", {"State", "Zustand"}},
    {"user_primary", {"Directory", "Verzeichnis"}},
    {"user_identity", {"Identity", "Kennung"}},
    {"user_number", {"Number", "Nummer"}},
    {"user_pin", {"PIN", "PIN"}},
    {"user_app", {"App", "App"}},
    {"user_factor", {"Factor", "Faktor"}},
    {"user_language", {"Language of calls", "Sprache der Anrufe"}},
    {"user_changed", {"Changed", "Geändert"}},
    {"user_invited", {"Invited until", "Eingeladen bis"}},
    {"user_blocked", {"Blocked", "Gesperrt"}},
    {"user_blocked_since", {"Blocked since", "Gesperrt seit"}},
    {"user_bypass", {"Bypass", "Ausnahme"}},
    {"user_bypass_until", {"Bypass until", "Ausnahme bis"}},
    {"user_why", {"Reason", "Grund"}},
    {"user_block", {"Block", "Sperren"}},
    {"user_block_lead", {"A blocked user cannot log in, nor sign in here.", "Wer gesperrt ist, kann sich nirgends anmelden."}},
    {"user_unblock", {"Unblock", "Entsperren"}},
    {"user_bypass_title", {"One-time bypass", "Einmalige Ausnahme"}},
    {"user_bypass_lead", {"One login with the password alone, within this time. 0 minutes take it away.", "Ein Login nur mit dem Passwort, innerhalb dieser Zeit. 0 Minuten nehmen sie zurück."}},
    {"user_bypass_minutes", {"Minutes", "Minuten"}},
    {"user_bypass_button", {"Allow it", "Zulassen"}},
    {"user_invite", {"Invite", "Einladen"}},
    {"user_invite_lead", {"A code by which the user can set up a phone or an app. It is shown once; an older one is not good any more.",
                          "Ein Code, mit dem der Benutzer Telefon oder App einrichten kann. Er wird einmal gezeigt; ein älterer gilt nicht mehr."}},
    {"user_invite_hours", {"Good for hours", "Gültig (Stunden)"}},
    {"user_invite_button", {"Make a code", "Code erzeugen"}},
    {"user_code", {"The code, shown once", "Der Code, einmal gezeigt"}},
    {"user_code_until", {"good until", "gültig bis"}},
    {"pending_empty", {"No login is pending.", "Kein Login läuft."}},
    {"pending_since", {"Since", "Seit"}},
    {"pending_state", {"State", "Zustand"}},
    {"pending_hang_up", {"Hang up", "Auflegen"}},
    {"pending_reload", {"Load again", "Neu laden"}},
    {"pending_live", {"This list is kept up to date.", "Diese Liste wird laufend erneuert."}},
    {"pending_paused", {"Not kept up to date any more, since you have not touched it for ten minutes.", "Nicht mehr aktuell, weil Sie die Seite zehn Minuten nicht berührt haben."}},
    {"history_user", {"User", "Benutzer"}},
    {"history_verdict", {"Verdict", "Ergebnis"}},
    {"history_reason", {"Reason", "Grund"}},
    {"history_from", {"From (day, UTC)", "Von (Tag, UTC)"}},
    {"history_until", {"Until", "Bis"}},
    {"history_any", {"any", "alle"}},
    {"history_button", {"Show", "Zeigen"}},
    {"history_csv", {"Download as CSV", "Als CSV laden"}},

    /* words of the log */
    {"verdict_accept", {"let in", "eingelassen"}},
    {"verdict_reject", {"rejected", "abgewiesen"}},
    {"verdict_silent", {"no answer", "ohne Antwort"}},
    {"verdict_challenge", {"asked for more", "nachgefragt"}},
    {"verdict_other", {"other", "anderes"}},
    {"reason_approved", {"confirmed", "bestätigt"}},
    {"reason_reused_approval", {"confirmed just before", "kurz zuvor bestätigt"}},
    {"reason_wrong_password", {"wrong password", "falsches Passwort"}},
    {"reason_unknown_user", {"unknown user", "unbekannter Benutzer"}},
    {"reason_blocked", {"blocked", "gesperrt"}},
    {"reason_denied", {"denied", "verweigert"}},
    {"reason_fraud", {"reported as fraud", "als Betrug gemeldet"}},
    {"reason_busy", {"phone busy", "Telefon besetzt"}},
    {"reason_declined", {"call declined", "Anruf abgelehnt"}},
    {"reason_no_answer", {"nobody answered", "niemand hat abgenommen"}},
    {"reason_hung_up", {"hung up", "aufgelegt"}},
    {"reason_bad_number", {"bad number", "falsche Nummer"}},
    {"reason_deadline", {"took too long", "dauerte zu lange"}},
    {"reason_unenrolled", {"nothing set up", "nichts eingerichtet"}},
    {"reason_exempt", {"needs no confirmation", "braucht keine Bestätigung"}},
    {"reason_bypass", {"one-time bypass", "einmalige Ausnahme"}},
    {"reason_method", {"method not supported", "Verfahren nicht unterstützt"}},
    {"reason_limit", {"over a limit", "über einer Grenze"}},
    {"reason_primary_unavailable", {"passwords could not be checked", "Passwort nicht prüfbar"}},
    {"reason_factor_unavailable", {"no call could be placed", "kein Anruf möglich"}},
    {"reason_primary_alone", {"password alone", "nur Passwort"}},
    {"reason_superseded", {"tried again", "neu versucht"}},
    {"reason_other", {"other", "anderes"}},
    {"state_primary", {"the password is checked", "Passwort wird geprüft"}},
    {"state_factor", {"waits for the user", "wartet auf den Benutzer"}},
    {"state_refused", {"is being refused", "wird abgewiesen"}},
    {"state_unanswered", {"is not answered", "bleibt ohne Antwort"}},
    {"state_follows", {"follows another login", "folgt einem anderen Login"}},
    {"state_other", {"other", "anderes"}},
    {"number_none", {"none", "keine"}},
    {"number_entered", {"not answered yet", "noch nicht bestätigt"}},
    {"number_verified", {"verified", "bestätigt"}},
    {"number_other", {"other", "anderes"}},
};
/* clang-format on */

#define N_MESSAGES (sizeof messages / sizeof *messages)

static size_t find(const char *key) {
  size_t i = 0;
  while (i < N_MESSAGES && strcmp(messages[i].key, key) != 0) i++;
  return i;
}

const char *messages_find(const char *key, enum language language) {
  size_t i = find(key);
  return i < N_MESSAGES ? messages[i].text[language] : NULL;
}

const char *messages_key(const char *prefix, const char *word) {
  char key[64];
  snprintf(key, sizeof key, "%s%s", prefix, word);
  size_t i = find(key);
  if (i == N_MESSAGES) {
    snprintf(key, sizeof key, "%sother", prefix);
    i = find(key);
  }
  return i < N_MESSAGES ? messages[i].key : NULL;
}

const char *messages_at(size_t index) {
  return index < N_MESSAGES ? messages[index].key : NULL;
}
