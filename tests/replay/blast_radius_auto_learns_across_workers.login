# What one worker learned of an address holds for all.
engines 2 message_authenticator auto

   0       request A alice right id=1                                 -> check_password A
   10ms    password ok A                                              -> start_call A
   1s      factor approved A                                          -> accept A; login accept approved 1
   2s      request B alice right id=2 unsigned engine=1               -> drop no_message_authenticator

calls 1
