/** Providers that have the same name under many endings. */
const BRAND =
  /^(aol|fastmail|gmx|hotmail|live|mail|msn|outlook|protonmail|rocketmail|tutanota|yahoo|yandex|ymail|zoho|zohomail)\.(com?\.)?[a-z]{2,3}$/;

const DOMAINS: ReadonlySet<string> = new Set(
  `gmail.com googlemail.com icloud.com me.com mac.com privaterelay.appleid.com
  proton.me pm.me tuta.com tuta.io keemail.me hey.com duck.com mozmail.com
  hushmail.com runbox.com mailfence.com mailbox.org posteo.de disroot.org
  riseup.net cock.li web.de freenet.de arcor.de t-online.de bluewin.ch
  laposte.net orange.fr wanadoo.fr free.fr sfr.fr libero.it virgilio.it
  tiscali.it alice.it seznam.cz centrum.cz wp.pl o2.pl onet.pl interia.pl
  ukr.net i.ua abv.bg inbox.lv inbox.ru list.ru bk.ru ya.ru rambler.ru
  qq.com foxmail.com 163.com 126.com yeah.net sina.com sina.cn sohu.com
  naver.com daum.net hanmail.net nate.com rediffmail.com uol.com.br
  bol.com.br terra.com.br comcast.net verizon.net att.net sbcglobal.net
  bellsouth.net cox.net charter.net btinternet.com virginmedia.com
  ntlworld.com bigpond.com optusnet.com.au shaw.ca rogers.com sympatico.ca
  users.noreply.github.com email.com usa.com anonaddy.me addy.io
  mailinator.com yopmail.com guerrillamail.com sharklasers.com
  10minutemail.com temp-mail.org trashmail.com maildrop.cc dispostable.com`.split(
    /\s+/,
  ),
);

/** Whether a domain, with its @ or without, is one of a provider that gives a mailbox to anybody. */
export function isMailboxProvider(domain: string): boolean {
  const lower = domain.toLowerCase().replace(/^@/, "");
  return DOMAINS.has(lower) || BRAND.test(lower);
}
