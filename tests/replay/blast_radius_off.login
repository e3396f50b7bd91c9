# off: everything without Message-Authenticator is taken, but never a wrong one, and never EAP or Status-Server without.
message_authenticator off

   0       request A alice right id=1 unsigned proxy_state=x          -> check_password A
   10ms    password ok A                                              -> start_call A
   1s      factor approved A                                          -> accept A; login accept approved 1
   2s      request B alice right id=2 forged                          -> drop forged
   3s      request C alice - id=3 eap unsigned                        -> drop no_message_authenticator
   3s      request D - - id=4 status unsigned                         -> drop no_message_authenticator

calls 1
