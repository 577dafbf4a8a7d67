"""The HTML of the stand-in portal: the shell of its pages, the gateway's block page, a maintenance page."""

_SHELL_TEXT = """<!doctype html>
<html lang="ru">
<head>
<meta charset="utf-8">
<link rel="icon" href="/favicon.ico">
<meta name="viewport" content="width=device-width,initial-scale=1">
<meta name="theme-color" content="#000000">
<meta name="description" content="Баспасөз хабарлары, құжаттар және қызметтер">
<link rel="apple-touch-icon" href="/logo192.png">
<title>Электрондық үкімет – Официальный информационный ресурс (учебная копия)</title>
<link rel="manifest" href="/manifest.json">
<link rel="stylesheet" media="screen" href="/static/css/main.5d0c21ab.css">
</head>
<body>
<noscript>You need to enable JavaScript to run this app.</noscript>
<div id="root"></div>
<script defer="defer" src="/static/js/main.7be4f093.js"></script>
</body>
</html>
"""

SHELL = _SHELL_TEXT.encode()
"""What every page for people is until a browser has run its scripts: 836 bytes, as measured on the portal."""

BLOCK_PAGE = """<!DOCTYPE html>
<html lang="kk">
<head><meta charset="utf-8"><meta name="description" content="Баспасөз хабарлары, құжаттар және қызметтер">
<link rel="apple-touch-icon" href="/logo192.png">
<title>ИҚБШ / ЕШДИ</title></head>
<body>
<h1>Интернет-ресурсқа қол жеткізу уақытша шектелді</h1>
<p>Ақпараттық қауіпсіздікке қатер төнуіне байланысты бұл ресурсқа Интернетке қол жеткізудің бірыңғай шлюзінде
шектеу қойылды. Сұрақтарыңыз болса, «МТҚ» АҚ-ға support.sts.kz мекенжайы арқылы жүгініңіз.</p>
<h1>Доступ к интернет-ресурсу временно ограничен</h1>
<p>Ограничение введено на Едином шлюзе доступа к Интернету (ЕШДИ) из-за угрозы информационной безопасности.
С вопросами обращайтесь в АО «ГТС» через support.sts.kz.</p>
<p>www.gov.kz/api/v1/public/content-manager/news</p>
<p>IP: 192.0.2.17</p>
<p>2026-07-09 14:19:52</p>
</body>
</html>
""".encode()

MAINTENANCE_PAGE = """<!DOCTYPE html>
<html lang="ru">
<head><meta charset="utf-8"><meta name="description" content="Баспасөз хабарлары, құжаттар және қызметтер">
<link rel="apple-touch-icon" href="/logo192.png">
<title>Технические работы</title></head>
<body><h1>На портале идут технические работы</h1><p>Порталда техникалық жұмыстар жүріп жатыр.</p></body>
</html>
""".encode()
