# require (the default): no packet without Message-Authenticator, none with a wrong one; a drop changes nothing.
   0       request A alice right id=1 unsigned            -> drop no_message_authenticator
   0       request B alice right id=1 forged              -> drop forged
   0       request C alice right id=1                     -> check_password C
   10ms    password ok C                                  -> start_call C
   1s      request D bob right id=1 unsigned              -> drop no_message_authenticator
   1s      request E bob right id=1 forged                -> drop forged
   2s      factor approved C                              -> accept C; login accept approved 1

calls 1
